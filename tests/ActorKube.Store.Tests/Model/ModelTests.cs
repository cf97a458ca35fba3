using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using ActorKube.Store.Hosting;
using ActorKube.Store.Tests.Support;
using Akka.Actor;
using CsCheck;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Model;

/// <summary>Random operations against a plain dictionary.</summary>
public sealed class ModelTests
{
    private static readonly Gen<Step[]> Steps = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 5], Gen.Int[0, 3], (kind, name, back) => new Step(kind, $"n{name}", back)).Array[1, 60];

    [Fact]
    public async Task The_store_behaves_like_a_dictionary_with_a_history() => await Steps.SampleAsync(CheckAsync, iter: 60, threads: 1);

    private static async Task CheckAsync(Step[] steps)
    {
        await using var process = InProcessStore.Start();
        var store = process.Store;
        var model = new Reference();
        await store.Read();
        var inFlight = new List<(Task<WriteResult> Actual, WriteResult Expected)>();
        foreach (var step in steps)
        {
            // Writes are sent without waiting for each other; order of sending is order of deciding.
            if (step.Kind < 9)
            {
                var command = model.CommandFor(step);
                inFlight.Add((store.Write(command).AsTask(), model.Apply(command)));
                continue;
            }
            await Compare(inFlight);
            using var untilStopped = await store.Watch(model.Revision);
            process.Region.Tell(new Actors.StopResource(ConfigMaps.ToString()), ActorRefs.NoSender);
            // Writes that meet a stopping actor are sent again and lose their order: wait until it is gone and a new one is there.
            Assert.False(await untilStopped.WaitAsync(CancellationToken.None));
            Assert.Equal(model.Revision, (await store.Read()).Revision);
        }
        await Compare(inFlight);
        await CompareState(store, model);
    }

    private static async Task Compare(List<(Task<WriteResult> Actual, WriteResult Expected)> inFlight)
    {
        foreach (var (actual, expected) in inFlight)
        {
            var result = await actual;
            Assert.Equal((expected.Outcome, expected.Object?.Revision), (result.Outcome, result.Object?.Revision));
            if (result.Committed)
                Assert.Equal(expected.Revision, result.Revision);
        }
        inFlight.Clear();
    }

    private static async Task CompareState(IResourceStore store, Reference model)
    {
        for (var revision = 1L; revision <= model.Revision; revision++)
        {
            var cut = await store.Read(ReadAt.Exact(revision));
            Assert.Equal(model.StateAt(revision), cut.Range(null, null).Select(o => $"{o.Key.Name}@{o.Revision}"));
        }
        using var watch = await store.Watch(1);
        var state = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (var read = 1L; read < model.Revision; read++)
        {
            var change = await watch.Next();
            Assert.Equal(read + 1, change.Revision);
            Assert.Equal(change.Type == ChangeType.Added, !state.ContainsKey(change.Object.Key.Name));
            if (change.Type == ChangeType.Deleted)
                Assert.True(state.Remove(change.Object.Key.Name));
            else
                state[change.Object.Key.Name] = change.Revision;
        }
        Assert.Equal(model.StateAt(model.Revision), state.Select(s => $"{s.Key}@{s.Value}"));
    }

    internal sealed record Step(int Kind, string Name, int Back);

    private sealed class Reference
    {
        private readonly List<string[]> _history = [[], []];
        private readonly SortedDictionary<string, long> _objects = new(StringComparer.Ordinal);

        public long Revision => _history.Count - 1;

        public string[] StateAt(long revision) => _history[(int)revision];

        public WriteCommand CommandFor(Step step) => step.Kind switch
        {
            < 4 => Create(step.Name),
            < 7 => new ReplaceObject(Key(step.Name), _objects.GetValueOrDefault(step.Name, 5) - (step.Back == 3 ? 1 : 0), Content(Key(step.Name))),
            7 => new RemoveObject(Key(step.Name), _objects.GetValueOrDefault(step.Name, 5) - (step.Back == 3 ? 1 : 0), "u1"),
            _ => Remove(step.Name),
        };

        public WriteResult Apply(WriteCommand command)
        {
            var name = command.Key.Name;
            long? current = _objects.TryGetValue(name, out var found) ? found : null;
            var expected = command switch { ReplaceObject replace => replace.ExpectedRevision, RemoveObject remove => remove.ExpectedRevision, _ => null };
            var outcome = (command, current) switch
            {
                (CreateObject, null) => WriteOutcome.Committed,
                (CreateObject, _) => WriteOutcome.AlreadyExists,
                (_, null) => WriteOutcome.NotFound,
                _ when expected is { } e && e != current => WriteOutcome.RevisionMismatch,
                _ => WriteOutcome.Committed,
            };
            if (outcome != WriteOutcome.Committed)
                return new WriteResult(outcome, current is { } at ? Item(name, at) : null, Revision);
            var revision = Revision + 1;
            if (command is RemoveObject)
                _objects.Remove(name);
            else
                _objects[name] = revision;
            _history.Add([.. _objects.Select(o => $"{o.Key}@{o.Value}")]);
            return new WriteResult(outcome, Item(name, revision), revision);
        }

        private static StoredObject Item(string name, long revision) => StoredObject.Parse(Content(Key(name)).At(revision));
    }
}
