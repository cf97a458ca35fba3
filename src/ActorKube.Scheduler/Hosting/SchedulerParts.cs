using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Recording;
using ActorKube.Scheduler.Scheduling;

namespace ActorKube.Scheduler.Hosting;

/// <summary>What schedulers of one process share, however they are started: informers, and one event recorder for each profile, which speaks under the profile's name.</summary>
internal sealed class SchedulerParts : IAsyncDisposable
{
    private readonly SchedulerServices _services;
    private readonly SchedulerOptions _options;
    private readonly InformerFactory _informers;
    private readonly Dictionary<string, EventRecorder> _recorders = [];
    private readonly Action<string, Exception> _onFault;
    private volatile bool _isRunning;

    public SchedulerParts(SchedulerServices services, SchedulerOptions options, Action<string, Exception> onFault)
    {
        _services = services;
        _options = options;
        _onFault = onFault;
        _informers = services.Informers ?? new InformerFactory(
            services.Client, new InformerOptions { Random = services.Random, OnFault = (resource, fault) => onFault($"The watch of {resource.Plural} is renewed", fault) }, services.Time);
        foreach (var profile in options.Profiles)
            _recorders.Add(profile.SchedulerName, new EventRecorder(services.Client, new EventSource(profile.SchedulerName), services.Time)
            {
                OnFault = (item, fault) => onFault($"An event about {item.About.Key} is lost", fault),
            });
    }

    /// <summary>True while a scheduler works in this process.</summary>
    public bool IsRunning { get => _isRunning; set => _isRunning = value; }

    /// <summary>An engine at rest.</summary>
    public SchedulerEngine CreateEngine(long? epoch, Action<Decision> log, Action<object> post) =>
        new(_options.CreateCore(_services.Time, _services.Random, fenced: epoch is not null),
            new EngineServices
            {
                Client = _services.Client,
                Informers = _informers,
                Record = (profile, item) => _recorders[profile].Record(item),
                Log = log,
                OnFault = _onFault,
                Time = _services.Time,
            },
            epoch, post);

    public async ValueTask DisposeAsync()
    {
        foreach (var recorder in _recorders.Values)
            await recorder.DisposeAsync();
        if (_services.Informers is null)
            await _informers.DisposeAsync();
    }
}
