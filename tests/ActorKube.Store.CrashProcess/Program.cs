using System.Text;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using ActorKube.Store.Hosting;

// Writes at full speed until it is killed, and says on standard output what it has been promised, one line each:
//   L name revision    an object that was there at the start
//   A name revision    an acknowledged create
//   W name revision    a watch event
// Arguments: data directory, prefix of object names, revision to watch from.
var (directory, prefix, watchFrom) = (args[0], args[1], long.Parse(args[2]));
var resource = ResourceId.Root(new GroupResource("", "configmaps"));
await using var process = InProcessStore.Start(JournalChoice.Sqlite(directory));
var store = process.Store;
var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });

foreach (var item in (await store.ReadAsync(resource, ReadAt.Latest, CancellationToken.None)).Range(null, null))
    await output.WriteLineAsync($"L {item.Key.Name} {item.Revision}");

using var watch = await store.WatchAsync(resource, watchFrom, ObjectFilter.All, CancellationToken.None);
var watching = Task.Run(async () =>
{
    while (await watch.WaitAsync(CancellationToken.None))
        while (watch.TryRead(out var change))
            await output.WriteLineAsync($"W {change.Object.Key.Name} {change.Revision}");
});
await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
{
    for (var i = 0; ; i++)
    {
        var key = new ObjectKey("default", $"{prefix}-{writer}-{i}");
        var result = await store.WriteAsync(resource, new CreateObject(key, Content(key)), CancellationToken.None);
        if (result.Committed)
            await output.WriteLineAsync($"A {key.Name} {result.Revision}");
    }
})));
await watching;

static EncodedTemplate Content(ObjectKey key)
{
    var head = $"{{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{{\"name\":\"{key.Name}\",\"namespace\":\"{key.Namespace}\",\"uid\":\"u\",\"resourceVersion\":\"";
    var json = Encoding.UTF8.GetBytes(head + $"\"}},\"data\":{{\"k\":\"{new string('v', 500)}\"}}}}");
    return new EncodedTemplate(json, Encoding.UTF8.GetByteCount(head));
}
