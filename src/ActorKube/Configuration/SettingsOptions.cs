using System.CommandLine;
using ActorKube.ApiServer.Hosting;
using ActorKube.CommandLine;
using ActorKube.Controllers.Hosting;
using ActorKube.Hosting;
using ActorKube.NodeAgent.Hosting;
using ActorKube.Protocol.Hosting;
using ActorKube.Scheduler.Hosting;
using ActorKube.Store.Hosting;
using Akka.Configuration;

namespace ActorKube.Configuration;

/// <summary>The options <c>--config</c>, <c>--set</c> and <c>--log-level</c> of commands that start something.</summary>
internal sealed class SettingsOptions
{
    private readonly Option<FileInfo?> _file = new("--config") { Description = "A HOCON file with settings; hocon/ in the sources explains them all." };
    private readonly Option<string[]> _flags = new("--set") { Description = "One setting, as key=value; may be given several times." };
    private readonly Option<string?> _logLevel = new("--log-level")
    {
        Description = $"What is told on standard error: {string.Join(", ", LogSettings.Levels)}; warning when absent. For single parts: --set 'actorkube.log.categories.\"ActorKube.Store\"=debug'.",
        HelpName = "level",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_flags);
        command.Add(_logLevel);
    }

    /// <summary>The settings of a command.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="profile">Name of the command's profile.</param>
    /// <param name="implied">What other options imply; over the profile, beneath what the user sets.</param>
    /// <exception cref="UserError">A key is unknown, a value not allowed, or the file unreadable.</exception>
    public Config Load(ParseResult parsed, string profile, Config? implied = null)
    {
        var changed = implied is null ? Profiles.Read(profile) : implied.WithFallback(Profiles.Read(profile));
        string[] level = parsed.GetValue(_logLevel) is { } given ? [$"{LogSettings.LevelKey}={given}"] : [];
        var settings = SettingsLoader.Load(Defaults(), changed, parsed.GetValue(_file)?.FullName, [.. parsed.GetValue(_flags) ?? [], .. level], Environment.GetEnvironmentVariables(), Check);
        return settings.WithFallback(LogSettings.From(settings).Akka());
    }

    /// <summary>Reads the settings as all components will. Before anything is touched: a wrong value must not be found when half of a cluster runs.</summary>
    /// <exception cref="ConfigurationException">A value is not allowed; the message names the key.</exception>
    public static void Check(Config settings)
    {
        _ = LogSettings.From(settings);
        _ = StoreOptions.From(settings);
        _ = ApiServerSettings.Options(settings);
        _ = ApiServerSettings.Limits(settings);
        _ = SecuritySettings.Options(settings);
        _ = SecuritySettings.Pki(settings, "host", []);
        ControllerRegistry.RequireKnown(ControllersOptions.From(settings));
        _ = SchedulerOptions.From(settings);
        _ = NodeAgentConfig.Read(settings, "node", [System.Net.IPAddress.Loopback.ToString()]);
    }

    /// <summary>All components' defaults.</summary>
    public static Config Defaults() => new[]
    {
        LogSettings.Reference, StoreOptions.Reference, ApiServerSettings.Reference, SecuritySettings.Reference, ControllersOptions.Reference, SchedulerOptions.Reference, NodeAgentConfig.Reference, ProtocolConfig.Cluster,
    }.Aggregate((all, one) => all.WithFallback(one));
}
