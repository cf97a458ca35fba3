namespace ActorKube.Api.Schema;

/// <summary>How a strategic merge patch treats a field (<c>x-kubernetes-patch-strategy</c>). The numbers stand in the embedded schema image.</summary>
[Flags]
public enum PatchStrategy : byte
{
    /// <summary>Nothing is said: objects merge, lists are replaced.</summary>
    None = 0,
    /// <summary>Lists merge by their merge key, or as a set when they hold scalars.</summary>
    Merge = 1,
    /// <summary>The value is replaced as a whole.</summary>
    Replace = 2,
    /// <summary>Fields that the patch's <c>$retainKeys</c> does not name are cleared.</summary>
    RetainKeys = 4,
}
