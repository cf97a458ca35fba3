using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Kinds;

/// <summary>One resource in one version, as it is served.</summary>
internal sealed class ServedResource
{
    /// <summary>Binds a kind to where it is stored.</summary>
    public ServedResource(KindStrategy strategy, IVersionConversion? conversion)
    {
        Strategy = strategy;
        Conversion = conversion;
        var stored = Facts.StoredAs ?? Facts.Kind;
        StorageKind = stored;
        Storage = new GroupResource(stored.Group, Facts.Plural);
    }

    /// <summary>Behaviour of the kind.</summary>
    public KindStrategy Strategy { get; }

    /// <summary>Facts of the kind.</summary>
    public KindFacts Facts => Strategy.Facts;

    /// <summary>Type of the objects.</summary>
    public GroupVersionKind Kind => Facts.Kind;

    /// <summary>Resource and version.</summary>
    public GroupVersionResource Resource => Facts.Resource;

    /// <summary>The resource without its version, as messages name it.</summary>
    public GroupResource GroupResource => Facts.Resource.Resource;

    /// <summary>The resource that holds the objects.</summary>
    public GroupResource Storage { get; }

    /// <summary>Type the objects are stored as.</summary>
    public GroupVersionKind StorageKind { get; }

    /// <summary>Converts between what is served and what is stored; null when they are the same.</summary>
    public IVersionConversion? Conversion { get; }

    /// <summary>Whether the resource itself has a verb.</summary>
    public bool Has(RequestVerb verb) => Facts.Verbs.Contains(verb);

    /// <inheritdoc/>
    public override string ToString() => Resource.ToString();
}

/// <summary>Translates objects of one served version from and to the stored version. Both directions give a new tree and lose nothing that the other version can express.</summary>
internal interface IVersionConversion
{
    /// <summary>From the served version.</summary>
    JsonObject ToStorage(JsonObject served);

    /// <summary>To the served version.</summary>
    JsonObject FromStorage(JsonObject stored);
}
