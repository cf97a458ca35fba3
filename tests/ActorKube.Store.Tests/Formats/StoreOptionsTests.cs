using ActorKube.Store.Hosting;
using Akka.Configuration;

namespace ActorKube.Store.Tests.Formats;

public sealed class StoreOptionsTests
{
    [Fact]
    public void The_defaults_of_the_file_are_those_of_the_record() => Assert.Equal(new StoreOptions(), StoreOptions.From(Config.Empty));

    [Theory]
    [InlineData("actorkube.store.history.events = 7", "7")]
    [InlineData("actorkube.store { history { events = 7 } }", "7")]
    public void A_setting_of_the_user_counts(string hocon, string expected) =>
        Assert.Equal(expected, StoreOptions.From(ConfigurationFactory.ParseString(hocon)).HistoryEvents.ToString());

    [Theory]
    [InlineData("actorkube.store.history.evnets = 7", "history.evnets")]
    [InlineData("actorkube.store.watch-queues = 7", "watch-queues")]
    [InlineData("actorkube.store.watch-queue = 0", "watch-queue")]
    [InlineData("actorkube.store.future-revision-wait = 0s", "future-revision-wait")]
    [InlineData("actorkube.store.watch-queue = many", "watch-queue")]
    [InlineData("actorkube.store.history.bytes = much", "history.bytes")]
    public void A_wrong_setting_is_named(string hocon, string key) =>
        Assert.Contains($"actorkube.store.{key}", Assert.Throws<ConfigurationException>(() => StoreOptions.From(ConfigurationFactory.ParseString(hocon))).Message);
}
