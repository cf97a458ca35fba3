namespace ActorKube.NodeAgent.Pods;

/// <summary>An Event object to write about a pod.</summary>
/// <param name="Warning">Type <c>Warning</c> rather than <c>Normal</c>.</param>
/// <param name="Reason">CamelCase reason.</param>
/// <param name="Message">For people.</param>
/// <param name="Container">The container it is about, or empty.</param>
/// <param name="Kind">Role of that container; decides the field path.</param>
internal sealed record PodEvent(bool Warning, string Reason, string Message, string Container = "", ContainerKind Kind = ContainerKind.Regular)
{
    /// <summary><c>involvedObject.fieldPath</c>; empty for the pod itself.</summary>
    public string FieldPath => Container.Length == 0 ? "" : $"spec.{List(Kind)}{{{Container}}}";

    /// <summary>Something went as it should.</summary>
    public static PodEvent Normal(string reason, string message, ContainerView? container = null) =>
        new(Warning: false, reason, message, container?.Name ?? "", container?.Kind ?? ContainerKind.Regular);

    /// <summary>Something did not.</summary>
    public static PodEvent Warn(string reason, string message, ContainerView? container = null) =>
        new(Warning: true, reason, message, container?.Name ?? "", container?.Kind ?? ContainerKind.Regular);

    private static string List(ContainerKind kind) => kind switch
    {
        ContainerKind.Regular => "containers",
        ContainerKind.Ephemeral => "ephemeralContainers",
        _ => "initContainers",
    };
}
