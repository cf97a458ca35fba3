using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>The names a pod has on its network.</summary>
/// <param name="Host">Host name inside the pod; empty on the node's network.</param>
/// <param name="Domain">Domain below a headless service; empty without <c>subdomain</c>.</param>
/// <param name="Short">The host name without domain.</param>
internal sealed record Hostname(string Host, string Domain, string Short)
{
    private const int LongestLabel = 63;
    private const int LongestName = 64;

    /// <summary>The names of a pod.</summary>
    /// <exception cref="SetupException">With <c>setHostnameAsFQDN</c> the whole name is longer than Linux allows.</exception>
    public static Hostname Of(V1Pod pod, string clusterDomain)
    {
        if (pod.Spec.HostNetwork == true)
            return new Hostname("", "", "");
        if (!string.IsNullOrEmpty(pod.Spec.HostnameOverride))
            return new Hostname(pod.Spec.HostnameOverride, "", pod.Spec.HostnameOverride);
        var name = string.IsNullOrEmpty(pod.Spec.Hostname) ? pod.Metadata.Name : pod.Spec.Hostname;
        if (name.Length > LongestLabel)
            name = name[..LongestLabel].TrimEnd('-', '.');
        var domain = string.IsNullOrEmpty(pod.Spec.Subdomain) ? "" : $"{pod.Spec.Subdomain}.{pod.Metadata.NamespaceProperty}.svc.{clusterDomain}";
        if (pod.Spec.SetHostnameAsFQDN != true || domain.Length == 0)
            return new Hostname(name, domain, name);
        var full = $"{name}.{domain}";
        if (full.Length > LongestName)
            throw SetupException.Config($"failed to construct FQDN from pod hostname and cluster domain, FQDN {full} is too long (64 characters is the max, {full.Length} characters requested)");
        return new Hostname(full, domain, name);
    }
}
