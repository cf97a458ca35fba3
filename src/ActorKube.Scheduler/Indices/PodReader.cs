using System.Text.Json;
using ActorKube.Api.Objects;
using ActorKube.Api.Pods;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Objects;

namespace ActorKube.Scheduler.Indices;

/// <summary>Reads <see cref="PodInfo"/> in one pass over the bytes.</summary>
internal ref struct PodReader(StoredObject item)
{
    private Utf8JsonReader _reader = new(item.Json.Span);
    private RequestSum? _requests;
    // Only of a pod whose spec was changed can its containers have something else than it says.
    private readonly ResizedRequests? _resized = item.Head.Generation > 1 ? new ResizedRequests() : null;
    private List<HostPort>? _ports;
    private List<string>? _images;
    private List<string>? _gates;
    private List<PodVolume>? _volumes;
    private List<string>? _selector;
    private NodeSelectorTerm[]? _required;
    private PreferredNode[]? _preferred;
    private Toleration[]? _tolerations;
    private ScheduledCondition? _scheduled;
    private string? _schedulerName;
    private string? _nodeName;
    private string? _nominatedNode;
    private int _priority;
    private bool _neverPreempts;
    private bool _terminal;

    public PodInfo Read()
    {
        _reader.Read();
        while (_reader.NextField())
        {
            if (_reader.ValueTextEquals("spec"u8)) ReadSpec();
            else if (_reader.ValueTextEquals("status"u8)) ReadStatus();
            else _reader.Pass();
        }
        var (requests, nonZero) = Sums();
        return new PodInfo
        {
            Object = item,
            SchedulerName = _schedulerName ?? PodInfo.DefaultScheduler,
            NodeName = _nodeName ?? "",
            Priority = _priority,
            NeverPreempts = _neverPreempts,
            IsTerminal = _terminal,
            NominatedNode = _nominatedNode ?? "",
            Requests = requests,
            NonZeroMilliCpu = nonZero.Cpu,
            NonZeroMemory = nonZero.Memory,
            HostPorts = _ports is null ? [] : [.. _ports],
            Tolerations = _tolerations ?? [],
            NodeAffinity = _selector is null && _required is null && _preferred is not { Length: > 0 }
                ? NodeAffinityRules.None
                : new NodeAffinityRules(_selector is null ? Labels.None : new Labels([.. _selector]), _required, _preferred ?? []),
            Images = _images is null ? [] : [.. _images],
            Volumes = _volumes is null ? [] : [.. _volumes],
            SchedulingGates = _gates is null ? [] : [.. _gates],
            Scheduled = _scheduled,
        };
    }

    private readonly (ResourceAmounts Requests, (long Cpu, long Memory) NonZero) Sums()
    {
        if (_requests is null)
            return (ResourceAmounts.None, default);
        if (_resized is null)
            return (_requests.Requests(), _requests.NonZero());
        var most = new ResourceAmounts();
        var nonZero = (Cpu: 0L, Memory: 0L);
        foreach (var sum in _resized.Sums(_requests))
        {
            most.RaiseTo(sum.Requests());
            nonZero = RequestSum.Larger(nonZero, sum.NonZero());
        }
        return (most, nonZero);
    }

    private void ReadSpec()
    {
        if (!_reader.EnterObject())
            return;
        while (_reader.NextField())
        {
            if (_reader.ValueTextEquals("containers"u8)) ReadContainers(init: false);
            else if (_reader.ValueTextEquals("initContainers"u8)) ReadContainers(init: true);
            else if (_reader.ValueTextEquals("nodeName"u8)) _nodeName = SharedText("spec.nodeName");
            else if (_reader.ValueTextEquals("schedulerName"u8)) _schedulerName = SchedulerName();
            else if (_reader.ValueTextEquals("priority"u8)) _priority = (int)_reader.Number();
            else if (_reader.ValueTextEquals("preemptionPolicy"u8)) _neverPreempts = _reader.Text() == "Never";
            else if (_reader.ValueTextEquals("tolerations"u8)) _tolerations = Toleration.ReadAll(ref _reader);
            else if (_reader.ValueTextEquals("nodeSelector"u8)) ReadSelector();
            else if (_reader.ValueTextEquals("affinity"u8)) (_required, _preferred) = NodeAffinityRules.Read(ref _reader);
            else if (_reader.ValueTextEquals("schedulingGates"u8)) ReadGates();
            else if (_reader.ValueTextEquals("volumes"u8)) _volumes = PodVolume.Read(ref _reader, item.Key, ref _images);
            else if (_reader.ValueTextEquals("overhead"u8)) (_requests ??= new RequestSum()).Overhead = ResourceAmounts.Read(ref _reader);
            else if (_reader.ValueTextEquals("resources"u8)) (_requests ??= new RequestSum()).PodLevel = RequestSum.ReadRequests(ref _reader);
            else _reader.Pass();
        }
    }

    private void ReadContainers(bool init)
    {
        if (!_reader.EnterArray())
            return;
        _requests ??= new RequestSum();
        while (_reader.NextObject())
        {
            var requests = ResourceAmounts.None;
            List<HostPort>? ports = null;
            var sidecar = false;
            var name = "";
            while (_reader.NextField())
            {
                if (_reader.ValueTextEquals("resources"u8)) requests = RequestSum.ReadRequests(ref _reader);
                else if (_reader.ValueTextEquals("ports"u8)) HostPorts.Read(ref _reader, ref ports);
                else if (_reader.ValueTextEquals("image"u8)) (_images ??= []).Add(ImageName.WithTag(_reader.Text()));
                else if (_resized is not null && _reader.ValueTextEquals("name"u8)) name = _reader.Text();
                else if (init && _reader.ValueTextEquals("restartPolicy"u8)) sidecar = _reader.Text() == "Always";
                else _reader.Pass();
            }
            _resized?.Add(name, init, sidecar, requests);
            if (init)
                _requests.AddInitContainer(requests, sidecar);
            else
                _requests.AddContainer(requests);
            // The ports of init containers that end are free again before the pod's own containers start.
            if (ports is not null && (!init || sidecar))
                (_ports ??= []).AddRange(ports);
        }
    }

    private void ReadSelector()
    {
        if (!_reader.EnterObject())
            return;
        while (_reader.NextField())
        {
            (_selector ??= []).Add(_reader.GetString()!);
            _selector.Add(_reader.Text());
        }
    }

    private void ReadGates()
    {
        if (!_reader.EnterArray())
            return;
        while (_reader.NextObject())
            while (_reader.NextField())
                if (_reader.ValueTextEquals("name"u8))
                    (_gates ??= []).Add(_reader.Text());
                else
                    _reader.Pass();
    }

    private void ReadStatus()
    {
        if (!_reader.EnterObject())
            return;
        while (_reader.NextField())
        {
            if (_reader.ValueTextEquals("phase"u8)) _terminal = _reader.Phase().IsTerminal();
            else if (_reader.ValueTextEquals("conditions"u8)) ReadConditions();
            else if (_reader.ValueTextEquals("nominatedNodeName"u8)) _nominatedNode = _reader.Text();
            else if (_resized is not null && (_reader.ValueTextEquals("containerStatuses"u8) || _reader.ValueTextEquals("initContainerStatuses"u8))) _resized.ReadStatuses(ref _reader);
            else _reader.Pass();
        }
    }

    private void ReadConditions()
    {
        if (!_reader.EnterArray())
            return;
        while (_reader.NextObject())
        {
            // Fields stand in any order: look for the type first, and read the rest only of the one condition that matters.
            var ahead = _reader;
            bool wanted = false, resize = false;
            while (ahead.NextField())
            {
                if (!ahead.ValueTextEquals("type"u8))
                {
                    ahead.Pass();
                    continue;
                }
                var type = ahead.Raw();
                wanted = type.SequenceEqual("PodScheduled"u8);
                resize = _resized is not null && type.SequenceEqual("PodResizePending"u8);
            }
            if (wanted)
                ReadScheduled();
            else if (resize)
                ReadResize();
            else
                _reader = ahead;
        }
    }

    private void ReadResize()
    {
        while (_reader.NextField())
            if (_reader.ValueTextEquals("reason"u8)) _resized!.IsRefused = _reader.Is("Infeasible"u8);
            else _reader.Pass();
    }

    private void ReadScheduled()
    {
        string status = "", reason = "", message = "", since = "";
        while (_reader.NextField())
        {
            if (_reader.ValueTextEquals("status"u8)) status = Flag();
            else if (_reader.ValueTextEquals("reason"u8)) reason = _reader.Text();
            else if (_reader.ValueTextEquals("message"u8)) message = _reader.Text();
            else if (_reader.ValueTextEquals("lastTransitionTime"u8)) since = _reader.Text();
            else _reader.Pass();
        }
        // Of a pod that has been scheduled nobody asks when.
        _scheduled = status == "True" ? null : new ScheduledCondition(status, reason, message, since);
    }

    private string Flag()
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.String ? (_reader.ValueTextEquals("True"u8) ? "True" : _reader.GetString()!) : "";
    }

    private string SchedulerName()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.String || _reader.ValueTextEquals("default-scheduler"u8))
            return PodInfo.DefaultScheduler;
        return _reader.GetString()!;
    }

    // The same string that field selectors use.
    private string SharedText(string path)
    {
        _reader.Pass();
        return item.Field(path);
    }
}
