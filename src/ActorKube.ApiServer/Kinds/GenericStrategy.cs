using System.Text.Json.Nodes;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds;

/// <summary>A kind about which little is particular beyond its facts: metadata, schema and the generic treatment of status and generation.</summary>
internal sealed class GenericStrategy(KindFacts facts) : KindStrategy(facts)
{
    /// <summary>Columns other than name and age.</summary>
    public IReadOnlyList<TableColumn> ShownAs { get; init; } = TableColumn.Default;

    /// <summary>Field labels.</summary>
    public IReadOnlyList<string> Selectable { get; init; } = [];

    /// <summary>What is to be said to whoever creates or changes such an object, because nothing acts on it yet; null for nothing.</summary>
    public string? NotEnforced { get; init; }

    /// <summary>What its schema does not know: checks an object and the one that it replaces, null for a new one.</summary>
    public Action<JsonObject, JsonObject?, FieldErrors>? Rules { get; init; }

    /// <summary>Rule of names.</summary>
    public NameRule Naming { get; init; } = ObjectNames.Subdomain;

    /// <summary>Whether an update needs no resource version.</summary>
    public bool Unconditional { get; init; } = true;

    /// <summary>Whether an update of a missing object creates it.</summary>
    public bool CreatesOnUpdate { get; init; }

    /// <summary>Whether a completed deletion answers with the last state.</summary>
    public bool AnswersDeleted { get; init; }

    /// <inheritdoc/>
    public override bool ReturnsDeletedObject => AnswersDeleted;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => ShownAs;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields => Selectable;

    /// <inheritdoc/>
    public override NameRule Names => Naming;

    /// <inheritdoc/>
    public override bool AllowsUnconditionalUpdate => Unconditional;

    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => CreatesOnUpdate;

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors) => Rules?.Invoke(obj, null, errors);

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => Rules?.Invoke(obj, old, errors);

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        if (NotEnforced is not null)
            warnings.Add(NotEnforced);
    }
}
