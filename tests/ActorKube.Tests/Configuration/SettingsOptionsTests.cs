using ActorKube.Configuration;
using ActorKube.Protocol.Hosting;
using Akka.Configuration;

namespace ActorKube.Tests.Configuration;

public sealed class SettingsOptionsTests
{
    // Names and paths that only the machine, the actor system or a user's own files can judge.
    private static readonly string[] AnyText =
    [
        "actorkube.controllers.cloud.simulated.instance-type", "actorkube.controllers.cloud.simulated.region", "actorkube.controllers.journal-plugin", "actorkube.controllers.snapshot-plugin",
        "actorkube.node-agent.cgroups.root", "actorkube.node-agent.cni.directory", "actorkube.node-agent.dns.resolv-conf", "actorkube.node-agent.local-path-directory",
        "actorkube.node-agent.log-directory", "actorkube.node-agent.root-directory", "actorkube.node-agent.seccomp-directory", "actorkube.scheduler.journal-plugin",
        "actorkube.scheduler.snapshot-plugin", "actorkube.security.static-token-file",
    ];

    public static TheoryData<string> Keys() =>
        [.. SettingKeys.Of(SettingsOptions.Defaults()).Where(key => key.StartsWith("actorkube.", StringComparison.Ordinal) && !key.EndsWith('*')).Except(AnyText).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_value_that_makes_no_sense_is_refused_before_anything_starts_and_its_key_named(string key)
    {
        var settings = ConfigurationFactory.ParseString($"{key} = \"@@ \"").WithFallback(Profiles.Read("up")).WithFallback(SettingsOptions.Defaults());
        var failure = Record.Exception(() => SettingsOptions.Check(settings));
        Assert.NotNull(failure);
        Assert.Contains(key, failure.Message, StringComparison.Ordinal);
    }
}
