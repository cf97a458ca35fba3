namespace ActorKube.Api.Certificates;

/// <summary>The signers that a cluster has of itself. The names are part of the API and never change.</summary>
public static class SignerNames
{
    /// <summary>Client certificates of users.</summary>
    public const string ApiServerClient = "kubernetes.io/kube-apiserver-client";

    /// <summary>Client certificates of nodes; the only signer whose requests may be approved automatically.</summary>
    public const string ApiServerClientKubelet = "kubernetes.io/kube-apiserver-client-kubelet";

    /// <summary>Serving certificates of nodes.</summary>
    public const string KubeletServing = "kubernetes.io/kubelet-serving";

    /// <summary>Anything; only for objects from before signers had names.</summary>
    public const string LegacyUnknown = "kubernetes.io/legacy-unknown";
}
