using ActorKube.Controllers.Actors;
using ActorKube.Controllers.Shell;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Testing.Fakes;
using Akka.Actor;
using Akka.TestKit.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.Controllers.Tests;

public sealed class ControllerFailureTests() : TestKit(
    """
    akka.loglevel = OFF
    akka.stdout-loglevel = OFF
    akka.loggers = []
    akka.log-dead-letters = off
    akka.log-dead-letters-during-shutdown = off
    akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
    akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
    """)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_controller_that_fails_stops_and_leaves_its_start_to_the_next_ping()
    {
        var time = new FakeTimeProvider();
        var cluster = new MemoryCluster(time);
        var catalog = new ChangingCatalog();
        var lives = 0;
        var runtime = new ControllerRuntime
        {
            CreateReconciler = () =>
            {
                Interlocked.Increment(ref lives);
                return new Picky();
            },
            Informers = new InformerFactory(cluster, new InformerOptions(), time),
            Reader = cluster,
            Client = cluster,
            Record = static _ => { },
            Catalog = catalog,
            Time = time,
            Settings = new ControllerSettings(),
        };
        var actor = Sys.ActorOf(ControllerActor.Props("root/picky", runtime));
        await actor.Ask<ControllerProtocol.DecisionsRead>(new ControllerProtocol.ReadDecisions("", null, null), Patience);
        Watch(actor);
        catalog.Change();
        await ExpectTerminatedAsync(actor, Patience);
        Assert.Equal(1, Volatile.Read(ref lives));
    }

    /// <summary>Does not know what to watch when asked again.</summary>
    private sealed class Picky : IReconciler
    {
        private bool _asked;

        public string Name => "picky";

        public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served)
        {
            if (_asked)
                throw new InvalidOperationException("a defect");
            _asked = true;
            return [WatchSpec.Itself(WellKnownResources.Pods)];
        }

        public Plan Reconcile(ReconcileContext context) => Plan.Nothing;
    }

    private sealed class ChangingCatalog : IResourceCatalog, IDisposable
    {
        private Action? _changed;

        public IReadOnlyList<ServedResource> Current => [];

        public IDisposable OnChange(Action changed)
        {
            _changed = changed;
            return this;
        }

        public void Change() => _changed!();

        public void Dispose()
        {
        }
    }
}
