using System.Collections;
using ActorKube.CommandLine;
using ActorKube.Configuration;
using Akka.Configuration;

namespace ActorKube.Tests.Configuration;

public sealed class SettingsLoaderTests : IDisposable
{
    private static readonly Config Defaults = ConfigurationFactory.ParseString("actorkube.store { watch-queue = 1, history.age = 5m }");
    private static readonly Config NoProfile = ConfigurationFactory.ParseString("# nothing");
    private static readonly Action<Config> Accepting = _ => { };
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void Flags_win_over_the_environment_which_wins_over_the_file_which_wins_over_the_profile()
    {
        var profile = ConfigurationFactory.ParseString("actorkube.store.watch-queue = 2");
        var file = _directory.Write("settings.conf", "actorkube.store.watch-queue = 3");
        var environment = new Hashtable { ["ACTORKUBE__STORE__WATCH_QUEUE"] = "4", ["PATH"] = "/bin" };
        Assert.Equal(5, Read(SettingsLoader.Load(Defaults, profile, file, ["actorkube.store.watch-queue=5"], environment, Accepting)));
        Assert.Equal(4, Read(SettingsLoader.Load(Defaults, profile, file, [], environment, Accepting)));
        Assert.Equal(3, Read(SettingsLoader.Load(Defaults, profile, file, [], new Hashtable(), Accepting)));
        Assert.Equal(2, Read(SettingsLoader.Load(Defaults, profile, null, [], new Hashtable(), Accepting)));
        Assert.Equal(1, Read(SettingsLoader.Load(Defaults, NoProfile, null, [], new Hashtable(), Accepting)));
    }

    [Theory]
    [InlineData("actorkube.store.watch-que=1", "--set sets actorkube.store.watch-que, which is no setting of this program")]
    [InlineData("actorkube.shop.watch-queue=1", "did you mean actorkube.store.watch-queue?")]
    [InlineData("store.watch-queue=1", "--set sets store.watch-queue, which is no setting of this program")]
    [InlineData("akka.actor.nosuch=1", "--set sets akka.actor.nosuch, which is no setting of this program")]
    [InlineData("akka.cluster.gosip-interval=1s", "--set sets akka.cluster.gosip-interval, which is no setting of this program")]
    [InlineData("watch-queue", "--set: 'watch-queue' is not of the form key=value")]
    [InlineData("=1", "--set: '=1' is not of the form key=value")]
    public void A_wrong_flag_is_named(string flag, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<UserError>(() => SettingsLoader.Load(Defaults, NoProfile, null, [flag], new Hashtable(), Accepting)).Message);

    [Theory]
    [InlineData("akka.loglevel")]
    [InlineData("akka.actor.default-dispatcher.throughput")]
    [InlineData("akka.remote.dot-netty.tcp.batching.enabled")]
    [InlineData("akka.cluster.gossip-interval")]
    [InlineData("akka.cluster.sharding.buffer-size")]
    [InlineData("akka.cluster.distributed-data.gossip-interval")]
    [InlineData("akka.persistence.journal.own.class")]
    public void Settings_of_akka_may_be_changed(string key) =>
        Assert.Equal("7", SettingsLoader.Load(Defaults, NoProfile, null, [$"{key}=7"], new Hashtable(), Accepting).GetString(key));

    [Fact]
    public void A_wrong_key_in_the_environment_is_named() =>
        Assert.Contains("the environment sets actorkube.store.nothing", Assert.Throws<UserError>(
            () => SettingsLoader.Load(Defaults, NoProfile, null, [], new Hashtable { ["ACTORKUBE__STORE__NOTHING"] = "4" }, Accepting)).Message);

    [Theory]
    [InlineData("actorkube.store.nothing = 1", "sets actorkube.store.nothing, which is no setting of this program")]
    [InlineData("actorkube { store {", "cannot be read")]
    [InlineData("include \"settings.conf\"", "includes itself")]
    [InlineData("actorkube.store.watch-queue = ${nothing}", "cannot be read")]
    public void A_wrong_file_is_named(string content, string sentence)
    {
        var file = _directory.Write("settings.conf", content);
        var failure = Assert.Throws<UserError>(() => SettingsLoader.Load(Defaults, NoProfile, file, [], new Hashtable(), Accepting));
        Assert.Contains(file, failure.Message);
        Assert.Contains(sentence, failure.Message);
    }

    [Fact]
    public void A_file_may_include_others_that_lie_beside_it()
    {
        _directory.Write("common.conf", "actorkube.store { watch-queue = 7, history.age = 1m }");
        var file = _directory.Write("settings.conf", "include \"common.conf\"\nactorkube.store.watch-queue = 8");
        var settings = SettingsLoader.Load(Defaults, NoProfile, file, [], new Hashtable(), Accepting);
        Assert.Equal(8, Read(settings));
        Assert.Equal(TimeSpan.FromMinutes(1), settings.GetTimeSpan("actorkube.store.history.age"));
    }

    [Fact]
    public void A_missing_file_that_is_included_is_named() =>
        Assert.Contains($"{_directory.Under("none.conf")} cannot be read", Assert.Throws<UserError>(
            () => SettingsLoader.Load(Defaults, NoProfile, _directory.Write("settings.conf", "include \"none.conf\""), [], new Hashtable(), Accepting)).Message);

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("cannot be read", Assert.Throws<UserError>(() => SettingsLoader.Load(Defaults, NoProfile, _directory.Under("none"), [], new Hashtable(), Accepting)).Message);

    [Fact]
    public void Lists_may_be_given_as_flags() =>
        Assert.Equal(["a", "b"], SettingsLoader.Load(ConfigurationFactory.ParseString("actorkube.list = []"), NoProfile, null, ["actorkube.list=[a, b]"], new Hashtable(), Accepting).GetStringList("actorkube.list"));

    public void Dispose() => _directory.Dispose();

    private static int Read(Config config) => config.GetInt("actorkube.store.watch-queue");
}
