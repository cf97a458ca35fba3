using ActorKube.Protocol.Hosting;
using Akka.Configuration;

namespace ActorKube.Protocol.Tests.Hosting;

public sealed class SettingsReaderTests
{
    private static readonly Config Reference = ConfigurationFactory.ParseString("""
        part {
          word = a
          count = 3
          wait = 5s
          room = 1 KiB
          most = ""
          names = ["x"]
          on = yes
          inner { share = 0.5 }
          labels {}
          things = []
        }
        """);

    [Fact]
    public void What_is_not_said_comes_from_the_reference()
    {
        var known = Reader("part.count = 4");
        Assert.Equal((4, "a", TimeSpan.FromSeconds(5), 1024), (known.Number("count", 1), known.NonEmpty("word"), known.Time("wait"), known.Bytes("room")));
        Assert.Equal((0.5, true, null), (known.Fraction("inner.share", 1), known.Switch("on"), known.OptionalBytes("most")));
        Assert.Equal(["x"], known.Texts("names"));
        Assert.Empty(known.Map("labels"));
    }

    [Fact]
    public void Members_of_an_object_that_the_reference_leaves_empty_are_free()
    {
        var zone = Assert.Single(Reader("part.labels { \"example.com/zone\" = a }").Map("labels"));
        Assert.Equal(("example.com/zone", "a"), (zone.Key, zone.Value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("part.things = []")]
    public void A_list_of_objects_may_be_empty_where_that_has_a_meaning(string hocon)
    {
        var given = ConfigurationFactory.ParseString($"other = 1\n{hocon}");
        Assert.Empty(new SettingsReader("part", given, Reference).Objects("things", none: true));
        // As in a process, whose configuration has the reference in it already.
        Assert.Empty(new SettingsReader("part", given.WithFallback(Reference), Reference).Objects("things", none: true));
    }

    [Fact]
    public void What_is_no_list_of_objects_is_named_by_its_key() => Assert.Equal(
        "part.things has to be a list; it is 'x'.", Assert.Throws<ConfigurationException>(static () => Reader("part.things = x").Objects("things", none: true)).Message);

    [Theory]
    [InlineData("part.words = a", "part.words is not a setting.")]
    [InlineData("part.inner.shares = 1", "part.inner.shares is not a setting.")]
    [InlineData("part.inner = 1", "part.inner is not a setting.")]
    [InlineData("part.count = 0", "part.count has to be a whole number from 1; it is '0'.")]
    [InlineData("part.count = many", "part.count has to be a whole number from 1; it is 'many'.")]
    [InlineData("part.count = [1]", "part.count has no value.")]
    [InlineData("part.wait = soon", "part.wait has to be a time above zero such as 20ms, 5s or 5m; it is 'soon'.")]
    [InlineData("part.wait = 0s", "part.wait has to be a time above zero such as 20ms, 5s or 5m; it is '0s'.")]
    [InlineData("part.room = much", "part.room has to be a size above zero such as 512 KiB or 64 MiB; it is 'much'.")]
    [InlineData("part.most = much", "part.most has to be a size such as 512 MiB, or empty; it is 'much'.")]
    [InlineData("part.names = x", "part.names has to be a list; it is 'x'.")]
    [InlineData("part.on = perhaps", "part.on has to be on or off; it is 'perhaps'.")]
    [InlineData("part.inner.share = 2", "part.inner.share has to be a number from 0 to 1; it is '2'.")]
    [InlineData("part.word = c", "part.word has to be a or b; it is 'c'.")]
    public void What_is_wrong_is_named_by_its_key(string hocon, string message)
    {
        var error = Assert.Throws<ConfigurationException>(() =>
        {
            var known = Reader(hocon);
            known.Number("count", 1);
            known.Time("wait");
            known.Bytes("room");
            known.OptionalBytes("most");
            known.Texts("names");
            known.Switch("on");
            known.Fraction("inner.share", 1);
            known.Choice("word", ("a", 1), ("b", 2));
        });
        Assert.Equal(message, error.Message);
    }

    private static SettingsReader Reader(string hocon) => new("part", ConfigurationFactory.ParseString(hocon), Reference);
}
