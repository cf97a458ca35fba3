using System.Text.Json;
using ActorKube.Api.Pods;
using ActorKube.Machinery.Objects;

namespace ActorKube.Scheduler.Indices;

/// <summary>Reads ports of the node that pods take.</summary>
internal static class HostPorts
{
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
                (ports ??= []).Add(HostPort.Of(address, protocol, port));
        }
    }
}
