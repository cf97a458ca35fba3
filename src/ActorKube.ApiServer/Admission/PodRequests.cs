using ActorKube.Api.Names;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Admission;

/// <summary>What the plug-ins for pods have in common.</summary>
internal static class PodRequests
{
    private static readonly GroupResource Pods = new("", "pods");

    /// <summary>True for pods themselves, not for their subresources.</summary>
    public static bool IsPod(ServedResource served, string subresource) => subresource.Length == 0 && served.Storage == Pods;
}
