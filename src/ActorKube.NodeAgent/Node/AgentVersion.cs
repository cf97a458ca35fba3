using System.Reflection;

namespace ActorKube.NodeAgent.Node;

/// <summary>The version that the node shows: Kubernetes' form, with what follows a plus sign left out, since clients compare it.</summary>
internal static class AgentVersion
{
    /// <summary>For example <c>v1.37.0</c>.</summary>
    public static readonly string Text = "v" + (typeof(AgentVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];
}
