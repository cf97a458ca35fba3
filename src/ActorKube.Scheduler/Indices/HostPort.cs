using System.Text.Json;
using ActorKube.Machinery.Objects;

namespace ActorKube.Scheduler.Indices;

/// <summary>A port of the node that a pod takes.</summary>
/// <param name="Address">The node's address; <c>0.0.0.0</c> for all.</param>
/// <param name="Protocol"><c>TCP</c>, <c>UDP</c> or <c>SCTP</c>.</param>
/// <param name="Port">Number.</param>
internal readonly record struct HostPort(string Address, string Protocol, int Port)
{
    private const string AllAddresses = "0.0.0.0";

    /// <summary>Whether two pods with these ports cannot share a node.</summary>
    public bool ConflictsWith(in HostPort other) =>
        Port == other.Port && Protocol == other.Protocol && (Address == other.Address || Address == AllAddresses || other.Address == AllAddresses);

    /// <summary>Adds the host ports among a container's ports, the property's value.</summary>
    public static void Read(ref Utf8JsonReader reader, ref List<HostPort>? ports)
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextObject())
        {
            string address = "", protocol = "";
            var port = 0;
            while (reader.NextField())
            {
                if (reader.ValueTextEquals("hostPort"u8)) port = (int)reader.Number();
                else if (reader.ValueTextEquals("hostIP"u8)) address = reader.Text();
                else if (reader.ValueTextEquals("protocol"u8)) protocol = reader.Text();
                else reader.Pass();
            }
            if (port > 0)
                (ports ??= []).Add(new HostPort(address.Length == 0 ? AllAddresses : address, protocol.Length == 0 ? "TCP" : protocol, port));
        }
    }
}
