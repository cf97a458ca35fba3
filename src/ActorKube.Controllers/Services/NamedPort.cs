using System.Text.Json;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Services;

/// <summary>A named port of a container that runs as long as the pod does.</summary>
internal readonly record struct NamedPort(string Name, string Protocol, int Number)
{
    /// <summary>Reads the named ports of a list of containers; of init containers only those of sidecars.</summary>
    public static void ReadAll(ref Utf8JsonReader reader, bool init, ref List<NamedPort>? ports)
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextObject())
        {
            var (runs, before) = (!init, ports?.Count ?? 0);
            while (reader.NextField())
            {
                if (reader.ValueTextEquals("ports"u8)) Read(ref reader, ref ports);
                else if (init && reader.ValueTextEquals("restartPolicy"u8)) runs = reader.Is("Always"u8);
                else reader.Pass();
            }
            if (!runs)
                ports?.RemoveRange(before, ports.Count - before);
        }
    }

    private static void Read(ref Utf8JsonReader reader, ref List<NamedPort>? ports)
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextObject())
        {
            string name = "", protocol = "";
            var number = 0;
            while (reader.NextField())
            {
                if (reader.ValueTextEquals("name"u8)) name = reader.Text();
                else if (reader.ValueTextEquals("protocol"u8)) protocol = reader.Text();
                else if (reader.ValueTextEquals("containerPort"u8)) number = reader.Int();
                else reader.Pass();
            }
            if (name.Length > 0)
                (ports ??= []).Add(new NamedPort(name, protocol.Length > 0 ? protocol : "TCP", number));
        }
    }
}
