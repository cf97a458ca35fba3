using System.Collections.Concurrent;
using System.Text;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using ActorKube.Store.Hosting;

// Writes at full speed until it is killed, and says on standard output what it has been promised, one line each, with a dot at its end so that one that was cut off shows:
//   S revision .            the cut that was there at the start
//   L name revision .       an object in it
//   E .                     its end
//   A type name revision .  an acknowledged write
//   W type name revision .  a watch event
// Arguments: data directory, prefix of object names, revision to watch from.
var (directory, prefix, watchFrom) = (args[0], args[1], long.Parse(args[2]));
var resource = ResourceId.Root(new GroupResource("", "configmaps"));
// So that snapshots are saved and entries deleted all the time. The window holds more than a process says between its last event and its end.
var options = new StoreOptions { HistoryEvents = 2_000, SnapshotMinimumTail = 100, CompactionStep = 20 };
await using var process = InProcessStore.Start(JournalChoice.Sqlite(directory), options);
var store = process.Store;
var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });

// Objects beyond these are deleted as others are created, so that a thousand rounds do not make a start longer.
const int Kept = 1000;
var cut = await store.ReadAsync(resource, ReadAt.Latest, CancellationToken.None);
await output.WriteLineAsync($"S {cut.Revision} .");
foreach (var item in cut.Range(null, null))
    await output.WriteLineAsync($"L {item.Key.Name} {item.Revision} .");
await output.WriteLineAsync("E .");

var surplus = new ConcurrentQueue<ObjectKey>(cut.Range(null, null).Skip(Kept).Select(item => item.Key));
using var watch = await store.WatchAsync(resource, watchFrom, ObjectFilter.All, CancellationToken.None);
var watching = Task.Run(async () =>
{
    while (await watch.WaitAsync(CancellationToken.None))
        while (watch.TryRead(out var change))
            await output.WriteLineAsync($"W {change.Type} {change.Object.Key.Name} {change.Revision} .");
});
await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
{
    for (var i = 0; ; i++)
    {
        var key = new ObjectKey("default", $"{prefix}-{writer}-{i}");
        var created = await WriteAsync(ChangeType.Added, new CreateObject(key, Content(key)));
        if (i % 2 == 0)
            await WriteAsync(ChangeType.Modified, new ReplaceObject(key, created.Revision, Content(key)));
        if (i % 3 == 0)
            await WriteAsync(ChangeType.Deleted, new RemoveObject(key, null, null));
        if (surplus.TryDequeue(out var old))
            await WriteAsync(ChangeType.Deleted, new RemoveObject(old, null, null));
    }
})));
await watching;

async Task<WriteResult> WriteAsync(ChangeType type, WriteCommand command)
{
    var result = await store.WriteAsync(resource, command, CancellationToken.None);
    if (result.Committed)
        await output.WriteLineAsync($"A {type} {command.Key.Name} {result.Revision} .");
    return result;
}

static EncodedTemplate Content(ObjectKey key)
{
    var head = $"{{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{{\"name\":\"{key.Name}\",\"namespace\":\"{key.Namespace}\",\"uid\":\"u\",\"resourceVersion\":\"";
    var json = Encoding.UTF8.GetBytes(head + $"\"}},\"data\":{{\"k\":\"{new string('v', 500)}\"}}}}");
    return new EncodedTemplate(json, Encoding.UTF8.GetByteCount(head));
}
