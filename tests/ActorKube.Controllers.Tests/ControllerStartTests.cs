using ActorKube.Api.Errors;
using ActorKube.Controllers.Shell;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.ReplicaSets;
using ActorKube.Testing.Fakes;
using ActorKube.Testing.Simulation.Serial;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

/// <summary>The first steps of an engine, on one thread and in virtual time.</summary>
public sealed class ControllerStartTests : IEngineOwner, IDisposable
{
    private readonly SerialLoop _loop = new(new Random(1));
    private readonly VirtualTime _time;
    private readonly MemoryCluster _cluster;
    private readonly ControllerEngine _engine;
    private readonly List<double> _tried = [];
    private readonly List<string> _told = [];
    private ApiException? _fault = ApiErrors.ServiceUnavailable("the journal is away");
    private string _failing = "begin";

    public ControllerStartTests()
    {
        _time = new VirtualTime(_loop, new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _cluster = new MemoryCluster(_time)
        {
            Fault = (verb, address) =>
            {
                if (verb != _failing || address.Resource != Pods)
                    return null;
                _tried.Add(_time.Passed.TotalSeconds);
                return _fault;
            },
        };
        Mailbox mailbox = null!;
        _engine = new ControllerEngine(TestRuntime.Of(_cluster, _time, static () => new ReplicaSetReconciler(ReplicaShape.ReplicaSet)) with
        {
            CreateClient = () => _cluster,
            Settings = new ControllerSettings { MinInterval = TimeSpan.Zero },
            Run = _loop.Begin,
        }, message => mailbox!.Post(message), this);
        mailbox = new Mailbox(_loop, message => _engine.Handle(message));
        _cluster.Create(ReplicaSets, Manifests.ReplicaSet("a", 2));
    }

    [Fact]
    public void A_controller_whose_tenure_cannot_begin_asks_ever_less_often_says_so_once_and_says_when_it_has_begun()
    {
        Start();
        Assert.Equal("its tenure in pods cannot begin: the journal is away", _engine.Waiting);
        // As when a shard moves: over in a moment, and told to those alone who ask.
        Pass(4);
        Assert.Empty(_told);
        Pass(177);
        Assert.Equal([0, 1, 3, 7, 15, 31, 61, 91, 121, 151, 181], _tried);
        Assert.Equal(["its tenure in pods cannot begin: the journal is away"], _told);
        Assert.Empty(_cluster[Pods].All);

        _fault = null;
        Pass(30);
        Assert.Equal(["its tenure in pods cannot begin: the journal is away", "ready"], _told);
        Assert.Equal("", _engine.Waiting);
        Assert.Equal(2, _cluster[Pods].All.Count);
    }

    [Fact]
    public void A_controller_that_cannot_read_what_it_watches_says_so_once_its_patience_is_over()
    {
        _failing = "list";
        Start();
        Assert.Equal("it has not seen yet all that it watches", _engine.Waiting);
        Pass(29);
        Assert.Empty(_told);
        Pass(60);
        Assert.Equal(["some of what it watches cannot be read yet"], _told);
        Assert.Equal("some of what it watches cannot be read yet", _engine.Waiting);

        _fault = null;
        // However long its informers wait by now; their tasks end on other threads.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (_cluster[Pods].All.Count < 2)
        {
            limit.Token.ThrowIfCancellationRequested();
            Pass(1);
        }
        Assert.Equal(["some of what it watches cannot be read yet", "ready"], _told);
    }

    void IEngineOwner.OnFinished(Work work, PlanOutcome outcome, Finished finished)
    {
    }

    void IEngineOwner.OnHindered(string reason) => _told.Add(reason);

    void IEngineOwner.OnReady() => _told.Add("ready");

    public void Dispose() => _engine.Dispose();

    // The informers begin on the loop, too.
    private void Start()
    {
        _loop.Post(() => _engine.Start(ControllerState.Empty));
        _loop.Run(static () => false);
    }

    private void Pass(int seconds)
    {
        for (; seconds > 0; seconds--)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _loop.Run(static () => false);
        }
    }
}
