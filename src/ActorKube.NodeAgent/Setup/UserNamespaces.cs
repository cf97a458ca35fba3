using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Setup;

/// <summary>
/// Pods with users of their own (<c>hostUsers: false</c>). Running such a pod with the node's users would give away what it asks for, and old runtimes do just that without a word,
/// so it is refused.
/// </summary>
internal static class UserNamespaces
{
    /// <summary>Why a pod with users of its own cannot run; upstream's words where it is the runtime's fault.</summary>
    /// <param name="handler">The runtime handler; empty for the default.</param>
    /// <param name="handlers">What the runtime tells of its handlers.</param>
    public static string Refusal(string handler, IReadOnlyList<RuntimeHandler> handlers)
    {
        const string Asked = "can't set `spec.hostUsers: false`";
        if (handlers.Any(h => h.Name == handler && h.UserNamespaces))
            return $"{Asked}, this node agent does not support user namespaces";
        return handler.Length == 0 ? $"{Asked}, runtime does not support user namespaces" : $"{Asked}, RuntimeClass handler \"{handler}\" does not support user namespaces";
    }
}
