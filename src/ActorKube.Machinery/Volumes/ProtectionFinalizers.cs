namespace ActorKube.Machinery.Volumes;

/// <summary>The finalizers that admission gives to storage objects, and that controllers take away when nobody uses the objects any more. Upstream's names.</summary>
public static class ProtectionFinalizers
{
    /// <summary>Of a claim: a pod may have it mounted.</summary>
    public const string Claim = "kubernetes.io/pvc-protection";

    /// <summary>Of a volume: a claim may be bound to it.</summary>
    public const string Volume = "kubernetes.io/pv-protection";

    /// <summary>Of a VolumeAttributesClass: claims or volumes may have it.</summary>
    public const string AttributesClass = "kubernetes.io/vac-protection";
}
