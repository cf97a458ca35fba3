using System.CommandLine;
using Akka.Configuration;

namespace ActorKube.CommandLine;

/// <summary>The options that say what runs the containers.</summary>
internal static class RuntimeOptions
{
    /// <summary>The option <c>--runtime</c>.</summary>
    public static Option<string> Runtime()
    {
        var runtime = new Option<string>("--runtime")
        {
            Description = "What runs the containers: containerd (needs root), simulated (pods without processes), or auto: containerd when it can be used, else simulated; it says which and why.",
            DefaultValueFactory = _ => "auto",
        };
        runtime.AcceptOnlyFromAmong("auto", "containerd", "simulated");
        return runtime;
    }

    /// <summary>The option <c>--runtime-endpoint</c>.</summary>
    public static Option<string?> Endpoint() => new("--runtime-endpoint")
    {
        Description = "Socket of the container runtime; unix:///run/containerd/containerd.sock when absent.",
    };

    /// <summary>What the option changes in the settings.</summary>
    public static Config Settings(string? endpoint) => endpoint is null
        ? Config.Empty
        : ConfigurationFactory.ParseString($"actorkube.node-agent.runtime.endpoint = \"{endpoint.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"");
}
