namespace ActorKube.ApiServer.Http;

/// <summary>The version of Kubernetes whose GA API is served, and our own release of it.</summary>
public static class ServedVersion
{
    /// <summary>Major version of Kubernetes.</summary>
    public const string Major = "1";
    /// <summary>Minor version of Kubernetes.</summary>
    public const string Minor = "37";
    /// <summary>What <c>/version</c> and <c>kubectl version</c> show: the Kubernetes version, then our own release number.</summary>
    public const string GitVersion = "v1.37.0+actorkube.1";
}
