namespace ActorKube.Api.Pods;

/// <summary>A port of the node that a pod takes.</summary>
/// <param name="Address">The node's address; <c>0.0.0.0</c> for all.</param>
/// <param name="Protocol"><c>TCP</c>, <c>UDP</c> or <c>SCTP</c>.</param>
/// <param name="Port">Number.</param>
public readonly record struct HostPort(string Address, string Protocol, int Port)
{
    private const string AllAddresses = "0.0.0.0";

    /// <summary>The port as a pod says it, with upstream's defaults for what is missing or empty.</summary>
    public static HostPort Of(string? address, string? protocol, int port) =>
        new(string.IsNullOrEmpty(address) ? AllAddresses : address, string.IsNullOrEmpty(protocol) ? "TCP" : protocol, port);

    /// <summary>Whether two pods with these ports cannot share a node.</summary>
    public bool ConflictsWith(in HostPort other) =>
        Port == other.Port && Protocol == other.Protocol && (Address == other.Address || Address == AllAddresses || other.Address == AllAddresses);
}
