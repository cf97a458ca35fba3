using System.Collections.Immutable;
using System.Globalization;

namespace ActorKube.Controllers.Cloud.Providers.Simulated;

/// <summary>What has become of a simulated machine.</summary>
internal enum MachineState
{
    /// <summary>It runs.</summary>
    Running,

    /// <summary>It is switched off.</summary>
    Off,

    /// <summary>It does not exist any more.</summary>
    Gone,
}

/// <summary>Scripts of the simulated cloud, written as annotations of nodes and services.</summary>
internal static class CloudScripts
{
    private const string Prefix = "simulated.actorkube.io/";

    // Longer than any call may take, and what timers can wait for.
    private const double LongestDelay = 24 * 60 * 60;

    /// <summary><c>instance</c>: <c>running</c>, <c>shutdown</c> or <c>gone</c>.</summary>
    /// <exception cref="FormatException">It is another word; the message names the annotation.</exception>
    public static MachineState StateOf(CloudNode node) => node.Annotations.GetValueOrDefault(Prefix + "instance", "running") switch
    {
        "running" => MachineState.Running,
        "shutdown" => MachineState.Off,
        "gone" => MachineState.Gone,
        var other => throw new FormatException($"annotation {Prefix}instance has to be running, shutdown or gone; it is '{other}'"),
    };

    /// <summary><c>zone</c>; null where the cloud may choose.</summary>
    public static string? ZoneOf(CloudNode node) => node.Annotations.GetValueOrDefault(Prefix + "zone");

    /// <summary><c>external-ip</c>: addresses, with commas between them.</summary>
    public static IEnumerable<NodeAddress> ExternalAddressesOf(CloudNode node) =>
        node.Annotations.GetValueOrDefault(Prefix + "external-ip", "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(ip => new NodeAddress("ExternalIP", ip))
            .Where(a => !node.Addresses.Contains(a));

    /// <summary><c>cloud-delay</c>, in seconds, and <c>cloud-error</c>: how calls about the object go.</summary>
    /// <exception cref="FormatException">The delay is no number; the message names the annotation.</exception>
    public static CallScript Of(ImmutableDictionary<string, string> annotations, TimeSpan usual)
    {
        var delay = !annotations.TryGetValue(Prefix + "cloud-delay", out var text) ? usual
            : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(Math.Min(seconds, LongestDelay))
            : throw new FormatException($"annotation {Prefix}cloud-delay has to be a number of seconds; it is '{text}'");
        return new CallScript(delay, annotations.GetValueOrDefault(Prefix + "cloud-error"));
    }
}
