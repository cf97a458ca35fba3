using System.CommandLine;
using ActorKube.ApiServer.Hosting;
using ActorKube.CommandLine;
using ActorKube.Controllers.Hosting;
using ActorKube.NodeAgent.Hosting;
using ActorKube.Protocol.Hosting;
using ActorKube.Scheduler.Hosting;
using ActorKube.Store.Hosting;
using Akka.Configuration;

namespace ActorKube.Configuration;

/// <summary>The options <c>--config</c> and <c>--set</c> of commands that start something.</summary>
internal sealed class SettingsOptions
{
    private readonly Option<FileInfo?> _file = new("--config") { Description = "A HOCON file with settings; hocon/ in the sources explains them all." };
    private readonly Option<string[]> _flags = new("--set") { Description = "One setting, as key=value; may be given several times." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_flags);
    }

    /// <summary>The settings of a command.</summary>
    /// <exception cref="UserError">A key is unknown or the file unreadable.</exception>
    public Config Load(ParseResult parsed, string profile) => SettingsLoader.Load(
        Defaults(), Profiles.Read(profile), parsed.GetValue(_file)?.FullName, parsed.GetValue(_flags) ?? [], Environment.GetEnvironmentVariables());

    private static Config Defaults() => new[]
    {
        StoreOptions.Reference, ApiServerSettings.Reference, SecuritySettings.Reference, ControllersOptions.Reference, SchedulerOptions.Reference, NodeAgentConfig.Reference, ProtocolConfig.Cluster,
    }.Aggregate((all, one) => all.WithFallback(one));
}
