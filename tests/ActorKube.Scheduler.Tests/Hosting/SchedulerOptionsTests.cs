using ActorKube.Api.Objects;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Hosting;
using Akka.Configuration;

namespace ActorKube.Scheduler.Tests.Hosting;

public sealed class SchedulerOptionsTests
{
    [Fact]
    public void The_shipped_settings_are_upstreams()
    {
        var options = SchedulerOptions.Default;
        Assert.Equal("default-scheduler", Assert.Single(options.Profiles).SchedulerName);
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)), (options.Settings.Queue.Backoff.First, options.Settings.Queue.Backoff.Longest));
        Assert.Equal(TimeSpan.FromMinutes(5), options.Settings.Queue.PoolFlush);
        Assert.Equal(0, options.Settings.PercentageOfNodesToScore);
    }

    [Fact]
    public void A_profile_can_be_written_out()
    {
        var profile = Assert.Single(Read("""
            profiles = [ {
              scheduler-name = packer
              percentage-of-nodes-to-score = 30
              plugins {
                multi-point { disabled = [ ImageLocality ] }
                score { enabled = [ { name = NodeAffinity, weight = 9 } ], disabled = [ "*" ] }
              }
              plugin-config.NodeResourcesFit { strategy = MostAllocated, resources = [ { name = cpu, weight = 2 } ], ignored-resources = [ example.com/gpu ], ignored-resource-groups = [ example.org ] }
              plugin-config.NodeAffinity { required = [ { match-expressions = [ { key = pool, operator = In, values = [ a ] } ] } ], preferred = [ { weight = 7, match-fields = [ { key = metadata.name, operator = In, values = [ n ] } ] } ] }
              plugin-config.VolumeBinding { shape = [ { utilization = 0, score = 0 }, { utilization = 50, score = 10 } ] }
            } ]
            """).Profiles);
        Assert.Equal(("packer", 30), (profile.SchedulerName, profile.PercentageOfNodesToScore));
        Assert.Equal(["ImageLocality"], profile.MultiPoint.Disabled);
        Assert.Equal(new PluginUse("NodeAffinity", 9), Assert.Single(profile.Points[ExtensionPoint.Score].Enabled));
        Assert.Equal(ScoringStrategy.MostAllocated, profile.Arguments.Fit.Strategy);
        Assert.Equal(new PluginUse("cpu", 2), Assert.Single(profile.Arguments.Fit.Resources));
        Assert.Equal("example.org", Assert.Single(profile.Arguments.Fit.IgnoredGroups));
        var added = profile.Arguments.AddedAffinity;
        Assert.True(Assert.Single(added.Required!).Matches("x", new Labels(["pool", "a"])));
        Assert.Equal((7, true), Assert.Single(added.Preferred) is var wish ? (wish.Weight, wish.Term.Matches("n", Labels.None)) : default);
        Assert.Equal([new UtilizationPoint(0, 0), new UtilizationPoint(50, 10)], profile.Arguments.VolumeShape.Points);
    }

    [Theory]
    [InlineData("parallel-binding = 3", "actorkube.scheduler.parallel-binding is not a setting")]
    [InlineData("queue.backof-first = 1s", "actorkube.scheduler.queue.backof-first is not a setting")]
    [InlineData("parallel-bindings = 0", "actorkube.scheduler.parallel-bindings has to be a whole number from 1")]
    [InlineData("queue.backoff-first = soon", "actorkube.scheduler.queue.backoff-first has to be a time")]
    [InlineData("queue.pop-from-backoff = maybe", "actorkube.scheduler.queue.pop-from-backoff has to be on or off")]
    [InlineData("profiles = []", "actorkube.scheduler.profiles has to be a list that is not empty")]
    [InlineData("profiles = [ { scheduler-name = a }, { scheduler-name = a } ]", "Two profiles have the scheduler name 'a'")]
    [InlineData("profiles = [ { name = a } ]", "actorkube.scheduler.profiles[0].scheduler-name has no value")]
    [InlineData("profiles = [ { scheduler-name = a, plugin = {} } ]", "actorkube.scheduler.profiles[0].plugin is not a setting")]
    [InlineData("profiles = [ { scheduler-name = a, plugins.filters = {} } ]", "actorkube.scheduler.profiles[0].plugins.filters is not a setting")]
    [InlineData("profiles = [ { scheduler-name = a, plugins.filter.enabled = [ { name = Nope } ] } ]", "There is no scheduler plugin 'Nope'")]
    [InlineData("profiles = [ { scheduler-name = a, plugin-config.NodeResourcesFit.strategy = Best } ]", "'Best' is not a scoring strategy")]
    [InlineData("profiles = [ { scheduler-name = a, plugin-config.NodeResourcesFit.strategy = RequestedToCapacityRatio } ]", "The strategy RequestedToCapacityRatio of NodeResourcesFit needs a shape")]
    [InlineData("profiles = [ { scheduler-name = a, plugin-config.NodeAffinity.required = [ {} ] } ]", "A term of NodeAffinity has no condition")]
    [InlineData("profiles = [ { scheduler-name = a, plugin-config.NodeAffinity.preferred = [ { match-expressions = [ { key = a, operator = Gt, values = [ x ] } ] } ] } ]", "or one that makes no sense")]
    [InlineData("profiles = [ { scheduler-name = a, plugin-config.NodeAffinity.preferred = [ { weight = 101, match-expressions = [ { key = a, operator = Exists } ] } ] } ]", "has to be a whole number from 1 to 100")]
    [InlineData("profiles = [ { scheduler-name = a, plugin-config.VolumeBinding.shape = [ { utilization = 50, score = 1 }, { utilization = 50, score = 2 } ] } ]", "must be sorted in increasing order")]
    [InlineData("profiles = [ { scheduler-name = a, plugin-config.VolumeBinding.shape = [ { utilization = 0, score = 11 } ] } ]", "has to be a whole number from 0")]
    [InlineData("profiles = [ { scheduler-name = a, plugins.score.enabled = [ { name = NodeAffinity, weight = -1 } ] } ]", "has to be a whole number from 1")]
    public void What_is_wrong_is_named(string settings, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => Read(settings)).Message, StringComparison.Ordinal);

    private static SchedulerOptions Read(string settings) => SchedulerOptions.From(ConfigurationFactory.ParseString($"actorkube.scheduler {{\n{settings}\n}}"));
}
