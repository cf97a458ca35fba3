using System.Text;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using ActorKube.Store.Journal;
using ActorKube.Store.Objects;
using ActorKube.Store.Resources;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Formats;

/// <summary>Bytes that are on disks out there. A change that breaks one of these needs a new manifest and a new format version.</summary>
public sealed class JournalFormatTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
    private static readonly StoredObject Item = StoredObject.Parse("""{"metadata":{"name":"a","namespace":"n","uid":"u","resourceVersion":"7"}}"""u8.ToArray());

    public static TheoryData<string, string, string> Golden => new()
    {
        { "created", "C1", "80A0ABFEF962" },
        { "raised", "X1", "80A0ABFEF962" },
        { "added", "A1", "80A0ABFEF9620000497B226D65746164617461223A7B226E616D65223A2261222C226E616D657370616365223A226E222C22756964223A2275222C227265736F7572636556657273696F6E223A2237227D7D" },
        { "modified", "M1", "80A0ABFEF96201016606018082B5FEF962497B226D65746164617461223A7B226E616D65223A2261222C226E616D657370616365223A226E222C22756964223A2275222C227265736F7572636556657273696F6E223A2237227D7D" },
        { "removed", "D1", "80A0ABFEF96200016E01610175" },
    };

    private static readonly Dictionary<string, ResourceEvent> Events = new()
    {
        ["created"] = new ResourceCreated(At),
        ["raised"] = new RevisionsRaised(At),
        ["added"] = new ObjectStored(At, Item, Added: true, null, null),
        ["modified"] = new ObjectStored(At, Item, Added: false, At.AddSeconds(80), new Fence("f", 3)),
        ["removed"] = new ObjectRemoved(At, Item.Key, "u", null),
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void Entries_are_written_as_ever_and_read_back(string name, string manifest, string hex)
    {
        var @event = Events[name];
        Assert.Equal(manifest, JournalFormat.Manifest(@event));
        Assert.Equal(hex, Convert.ToHexString(JournalFormat.Write(@event)));
        var read = JournalFormat.Read(manifest, Convert.FromHexString(hex));
        Assert.Equal(JournalFormat.Write(@event), JournalFormat.Write(read));
        Assert.Equal(@event.GetType(), read.GetType());
        Assert.Equal(At, read.At);
    }

    [Fact]
    public void Every_kind_of_entry_has_a_row_here() => Assert.Equal(
        typeof(ResourceEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(ResourceEvent)) && !t.IsAbstract).Select(t => t.Name).Order(),
        Golden.Select(g => Events[g.Data.Item1].GetType().Name).Distinct().Order());

    [Fact]
    public void An_entry_of_a_newer_version_is_refused_in_one_sentence()
    {
        var failure = Assert.Throws<JournalFormatException>(() => JournalFormat.Read("A9", JournalFormat.Write(Events["created"])));
        Assert.Contains("'A9'", failure.Message);
        Assert.Contains("newer version", failure.Message);
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void Truncated_entries_are_an_error(string name, string manifest, string hex)
    {
        Assert.NotEmpty(name);
        var bytes = Convert.FromHexString(hex);
        Assert.ThrowsAny<FormatException>(() => JournalFormat.Read(manifest, bytes.AsMemory(0, bytes.Length - 1)));
    }

    [Fact]
    public void A_snapshot_comes_back_with_objects_fences_and_expiries()
    {
        var state = ResourceState.Empty;
        for (var i = 0; i < 300; i++)
        {
            var item = StoredObject.Parse(Content(Key($"o{i:D3}"), value: new string('v', 500)).At(i + 2));
            state = state.Apply(new ObjectStored(At, item, true, i % 3 == 0 ? At.AddHours(i) : null, i == 5 ? new Fence("f", 9) : null), i + 2, out _);
        }
        var bytes = SnapshotFormat.Write(new ResourceSnapshotData(state, 301, 17));
        var read = SnapshotFormat.Read(SnapshotFormat.Manifest, bytes);
        Assert.True(bytes.Length < 300 * 500, "Compression has to bring something.");
        Assert.Equal((301, 17), (read.Revision, read.CompactedTo));
        Assert.Equal(state.Objects.Range(null, null).Select(Text), read.State.Objects.Range(null, null).Select(Text));
        Assert.Equal(state.Expiries.OrderBy(e => e.Key), read.State.Expiries.OrderBy(e => e.Key));
        Assert.Equal(9, read.State.Fences["f"]);
    }

    [Fact]
    public void The_revision_of_an_object_is_replaced_wherever_it_stands()
    {
        var item = StoredObject.Parse(Encoding.UTF8.GetBytes("""{"kind":"X","spec":{"resourceVersion":"1"},"metadata":{"labels":{"resourceVersion":"2"},"resourceVersion":"99","name":"a"},"status":{}}"""));
        var later = Revisions.At(item, 1000);
        Assert.Equal("""{"kind":"X","spec":{"resourceVersion":"1"},"metadata":{"labels":{"resourceVersion":"2"},"resourceVersion":"1000","name":"a"},"status":{}}""", Text(later));
        Assert.Equal(1000, later.Revision);
    }
}
