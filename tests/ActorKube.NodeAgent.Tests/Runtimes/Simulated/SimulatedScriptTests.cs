using System.Collections.Immutable;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Simulated;

namespace ActorKube.NodeAgent.Tests.Runtimes.Simulated;

public sealed class SimulatedScriptTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1ns", 0)]
    [InlineData("250ms", 2_500_000)]
    [InlineData("1.5s", 15_000_000)]
    [InlineData("1h2m3s", 37_230_000_000)]
    [InlineData("10us", 100)]
    public void Durations_are_read_as_in_go(string text, long ticks) => Assert.Equal(ticks, GoDuration.Parse(text).Ticks);

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("s")]
    [InlineData("1 s")]
    [InlineData("-1s")]
    [InlineData("1.2.3s")]
    [InlineData("1fortnight")]
    [InlineData("99999999999999h")]
    public void Other_durations_are_refused_by_annotation(string text)
    {
        var failure = Assert.Throws<RuntimeException>(() => Apply("", ("run-for", text)));

        Assert.Equal(RuntimeErrorKind.InvalidArgument, failure.Kind);
        Assert.Contains("simulated.actorkube.io/run-for", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_for_one_container_wins_over_one_for_all()
    {
        Assert.Equal(2, Apply("web", ("exit-code.web", "2"), ("exit-code", "1")).ExitCode);
        Assert.Equal(1, Apply("db", ("exit-code.web", "2"), ("exit-code", "1")).ExitCode);
    }

    [Fact]
    public void Other_annotations_are_left_alone() =>
        Assert.Same(SimulationScript.Default, ScriptAnnotations.Apply(SimulationScript.Default, ImmutableDictionary<string, string>.Empty.Add("note", "x"), "web"));

    [Fact]
    public void An_unknown_setting_is_refused_by_name()
    {
        var failure = Assert.Throws<RuntimeException>(() => Apply("web", ("run-fro", "1s")));

        Assert.Contains("simulated.actorkube.io/run-fro", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_property_of_a_script_can_be_set_by_annotation() =>
        Assert.Equal(typeof(SimulationScript).GetProperties().Count(p => p.Name != "EqualityContract"), ScriptAnnotations.Names.Count());

    [Theory]
    [InlineData("true", 0, 0)]
    [InlineData("false", 0, 1)]
    [InlineData("sleep 5", 5, 0)]
    [InlineData("sh -c|exit 3", 0, 3)]
    [InlineData("/bin/sh -c|sleep 2", 2, 0)]
    [InlineData("sleep infinity", null, 0)]
    [InlineData("nginx", null, 0)]
    [InlineData("sh -c|true; serve", null, 0)]
    public void Commands_whose_end_everybody_knows_end(string command, int? seconds, int exitCode)
    {
        var parts = command.Split('|');
        var script = ScriptCommands.Apply(SimulationScript.Default, new ContainerConfig
        {
            Metadata = new ContainerMetadata("c", 0),
            Image = "i",
            Command = [.. parts[0].Split(' ')],
            Args = [.. parts[1..]],
        });
        Assert.Equal((seconds, exitCode), ((int?)script.RunFor?.TotalSeconds, script.ExitCode));
    }

    [Theory]
    [InlineData("perl -Mbignum=bpi", 1, 0)]
    [InlineData("false", 0, 1)]
    [InlineData("sleep 5", 5, 0)]
    [InlineData("sleep infinity", null, 0)]
    public void What_others_wait_for_ends_after_a_moment_unless_its_command_says_otherwise(string command, int? seconds, int exitCode)
    {
        var config = new ContainerConfig { Metadata = new ContainerMetadata("c", 0), Image = "i", Command = [.. command.Split(' ')], EndsByItself = true };
        var script = ScriptCommands.Apply(SimulationScript.Default, config);
        Assert.Equal((seconds, exitCode), ((int?)script.RunFor?.TotalSeconds, script.ExitCode));
        Assert.Equal(TimeSpan.FromMinutes(1), ScriptCommands.Apply(SimulationScript.Default with { RunFor = TimeSpan.FromMinutes(1) }, config with { Command = [] }).RunFor);
    }

    private static SimulationScript Apply(string container, params (string Name, string Value)[] settings) => ScriptAnnotations.Apply(
        SimulationScript.Default, settings.ToImmutableDictionary(s => ScriptAnnotations.Prefix + s.Name, s => s.Value), container);
}
