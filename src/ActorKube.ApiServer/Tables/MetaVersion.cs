namespace ActorKube.ApiServer.Tables;

/// <summary>Versions of <c>meta.k8s.io</c>. Their tables and metadata differ in nothing but their name; a client gets the one it asks for.</summary>
internal enum MetaVersion
{
    V1,
    V1Beta1,
}

/// <summary>How versions are written.</summary>
internal static class MetaVersionNames
{
    /// <summary>The <c>apiVersion</c> of objects of that version.</summary>
    public static string ApiVersion(this MetaVersion version) => version switch
    {
        MetaVersion.V1 => "meta.k8s.io/v1",
        MetaVersion.V1Beta1 => "meta.k8s.io/v1beta1",
        _ => throw new ArgumentOutOfRangeException(nameof(version), version, "Unknown version."),
    };

    /// <summary>The same in UTF-8.</summary>
    public static ReadOnlySpan<byte> Utf8ApiVersion(this MetaVersion version) => version == MetaVersion.V1 ? "meta.k8s.io/v1"u8 : "meta.k8s.io/v1beta1"u8;
}
