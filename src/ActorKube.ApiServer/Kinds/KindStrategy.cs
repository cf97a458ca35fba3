using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds;

/// <summary>
/// What is particular to one kind. The verbs are generic and call these hooks in upstream's order; a kind overrides what differs (upstream:
/// <c>rest.RESTCreateStrategy</c> and its companions). Strategies hold no state and do no I/O: what needs other objects is an admission plugin.
/// Objects passed as <c>old</c> are shared and never changed.
/// </summary>
internal abstract class KindStrategy(KindFacts facts)
{
    /// <summary>The static facts.</summary>
    public KindFacts Facts { get; } = facts;

    /// <summary>Fills in what the schema's own defaults cannot express. Runs on every body received, after the schema's defaults and again after mutating admission; so it has to be idempotent.</summary>
    public virtual void Default(JsonObject obj)
    {
    }

    /// <summary>Drops and sets what a client has no say in when creating. The base empties the status of kinds that have a <c>/status</c>.</summary>
    /// <param name="obj">The object.</param>
    /// <param name="user">Who creates it.</param>
    public virtual void PrepareForCreate(JsonObject obj, UserInfo user)
    {
        if (Facts.HasStatus)
            obj.Remove("status");
    }

    /// <summary>Keeps from <paramref name="old"/> what an update of the object may not touch. The base keeps the status of kinds that have a <c>/status</c>.</summary>
    public virtual void PrepareForUpdate(JsonObject obj, JsonObject old)
    {
        if (Facts.HasStatus)
            ObjectParts.Keep("status", obj, old);
    }

    /// <summary>Whether the metadata, too, stay what they are when the status changes.</summary>
    public virtual bool StatusAlone { get; init; }

    /// <summary>Keeps from <paramref name="old"/> what an update of <c>/status</c> may not touch: everything but status and metadata, or but the status (<see cref="StatusAlone"/>).</summary>
    public virtual void PrepareForStatusUpdate(JsonObject obj, JsonObject old)
    {
        ObjectParts.KeepAllBut(["status", "metadata"], obj, old);
        if (StatusAlone)
            ObjectParts.KeepMetadata(obj, old);
    }

    /// <summary>Keeps what an update of any other subresource of the kind's own type may not touch.</summary>
    /// <param name="part">Name of the subresource, for example <c>approval</c>.</param>
    /// <param name="obj">The new state.</param>
    /// <param name="old">The present state.</param>
    public virtual void PrepareForPartUpdate(string part, JsonObject obj, JsonObject old) =>
        throw new InvalidOperationException($"{Facts.Kind} has no strategy for updates of {part}.");

    /// <summary>Checks an object that is about to be created. Metadata and schema are checked elsewhere.</summary>
    public virtual void Validate(JsonObject obj, FieldErrors errors)
    {
    }

    /// <summary>Checks a change. Whatever applies to new objects is to be repeated here.</summary>
    public virtual void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => Validate(obj, errors);

    /// <summary>Checks a change made through <c>/status</c>.</summary>
    public virtual void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
    }

    /// <summary>Checks a change made through another subresource.</summary>
    public virtual void ValidatePartUpdate(string part, JsonObject obj, JsonObject old, FieldErrors errors)
    {
    }

    /// <summary>Adds sentences about what is accepted but deprecated, useless or stored without being enforced.</summary>
    /// <param name="obj">The object after all preparations.</param>
    /// <param name="old">Its state before; null when it is created.</param>
    /// <param name="warnings">Receives the sentences.</param>
    public virtual void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
    }

    /// <summary>Checks <c>metadata.name</c>; by default a DNS subdomain.</summary>
    public virtual NameRule Names => ObjectNames.Subdomain;

    /// <summary>Whether an object that comes without a name, and without a prefix for one, is called by a UUID.</summary>
    public virtual bool NamesTheNameless => false;

    /// <summary>Whether a prefix for a name is the name, because nothing can be added to it.</summary>
    public virtual bool TakesPrefixAsName => false;

    /// <summary>Whether finalizers without a domain have to be upstream's own, as for all built-in kinds.</summary>
    public virtual bool KnowsFinalizers => true;

    /// <summary>The part of <c>spec</c> and its neighbours whose change is a new generation; the base compares everything but metadata and status.</summary>
    public virtual bool IsNewGeneration(JsonObject obj, JsonObject old) => !ObjectParts.SameBut(["metadata", "status"], obj, old);

    /// <summary>Whether an update without a resource version is taken as "whatever the present state is".</summary>
    public virtual bool AllowsUnconditionalUpdate => true;

    /// <summary>Whether an update of an object that does not exist creates it.</summary>
    public virtual bool AllowsCreateOnUpdate => false;

    /// <summary>Field labels that selectors may use besides <c>metadata.name</c> and <c>metadata.namespace</c>.</summary>
    public virtual IReadOnlyList<string> SelectableFields => [];

    /// <summary>The value of a selectable field; by default the scalar at that path of the object.</summary>
    public virtual string SelectableValue(StoredObject item, string field) => item.Field(field);

    /// <summary>
    /// How many seconds the object stays, marked for deletion, so that its node can end it in good order; null for kinds without graceful deletion.
    /// </summary>
    /// <param name="item">The object.</param>
    /// <param name="requested">What the client asked for; null for the object's own.</param>
    public virtual long? GracePeriodSeconds(StoredObject item, long? requested) => null;

    /// <summary>Whether <see cref="IsHeld"/> has to be asked at all.</summary>
    public virtual bool HoldsBeyondFinalizers => false;

    /// <summary>Whether something other than metadata's finalizers keeps the object although it is marked for deletion.</summary>
    public virtual bool IsHeld(JsonObject obj) => false;

    /// <summary>Called when the object has just been marked for deletion.</summary>
    public virtual void OnMarkedForDeletion(JsonObject obj)
    {
    }

    /// <summary>Whether a completed deletion answers with the object's last state; else with a Status.</summary>
    public virtual bool ReturnsDeletedObject => false;

    /// <summary>Whether dependents are orphaned when a deletion does not say what becomes of them (upstream: none of the v1 kinds but replicationcontrollers).</summary>
    public virtual bool DefaultsToOrphan => false;

    /// <summary>When the object is to vanish by itself; null for never.</summary>
    public virtual DateTimeOffset? ExpiresAt(JsonObject obj, DateTimeOffset now) => null;

    /// <summary>The columns of tables; by default name and age.</summary>
    public virtual IReadOnlyList<TableColumn> Columns => TableColumn.Default;

    /// <summary>How objects are shown as rows; overridden by kinds whose objects run their course.</summary>
    public virtual TableLayout Table => new(Columns);
}
