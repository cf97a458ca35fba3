using System.Collections.Immutable;

namespace ActorKube.Scheduler.Framework;

/// <summary>What a plugin says (upstream: <c>fwk.Code</c>).</summary>
internal enum StatusCode : byte
{
    /// <summary>Go on.</summary>
    Success,
    /// <summary>Something went wrong inside; the pod is tried again after a wait, whatever happens in the cluster.</summary>
    Error,
    /// <summary>The pod does not fit here now; other pods' leaving could change that.</summary>
    Unschedulable,
    /// <summary>The pod does not fit here, and would not if all other pods left.</summary>
    UnschedulableAndUnresolvable,
    /// <summary>Permit only: hold the pod until it is allowed or rejected.</summary>
    Wait,
    /// <summary>preFilter and preScore: this plugin has nothing to say about the pod. bind: another plugin has to bind it.</summary>
    Skip,
}

/// <summary>A plugin's answer. Immutable, and made once where the text does not depend on the case: filters give answers by the million.</summary>
internal sealed class Status
{
    private Status(StatusCode code, string plugin, ImmutableArray<string> reasons, Exception? cause = null)
    {
        Code = code;
        Plugin = plugin;
        Reasons = reasons;
        Cause = cause;
    }

    /// <summary>Go on.</summary>
    public static Status Success { get; } = new(StatusCode.Success, "", []);

    /// <summary>Nothing to say.</summary>
    public static Status Skip { get; } = new(StatusCode.Skip, "", []);

    /// <summary>The code.</summary>
    public StatusCode Code { get; }

    /// <summary>Name of the plugin that gave it; empty for none in particular.</summary>
    public string Plugin { get; }

    /// <summary>Sentences for people.</summary>
    public ImmutableArray<string> Reasons { get; }

    /// <summary>What went wrong, with <see cref="StatusCode.Error"/>.</summary>
    public Exception? Cause { get; }

    /// <summary>True for <see cref="StatusCode.Success"/>.</summary>
    public bool IsSuccess => Code == StatusCode.Success;

    /// <summary>True when the pod was turned down, as opposed to something going wrong.</summary>
    public bool IsRejected => Code is StatusCode.Unschedulable or StatusCode.UnschedulableAndUnresolvable;

    /// <summary>The reasons in one text.</summary>
    public string Message => string.Join(", ", Reasons);

    /// <summary>Does not fit now.</summary>
    public static Status Unschedulable(string plugin, params ImmutableArray<string> reasons) => new(StatusCode.Unschedulable, plugin, reasons);

    /// <summary>Does not fit, whoever leaves.</summary>
    public static Status Unresolvable(string plugin, params ImmutableArray<string> reasons) => new(StatusCode.UnschedulableAndUnresolvable, plugin, reasons);

    /// <summary>A failure as upstream tells of it, with the point at which it happened; any other answer as it is.</summary>
    public Status At(ExtensionPoint point) => Code != StatusCode.Error || Plugin.Length == 0 ? this : Failure(
        Plugin, point == ExtensionPoint.Filter ? $"running \"{Plugin}\" filter plugin: {Message}" : $"running {point} plugin \"{Plugin}\": {Message}", Cause);

    /// <summary>Hold the pod.</summary>
    public static Status Wait(string plugin) => new(StatusCode.Wait, plugin, []);

    /// <summary>Something went wrong.</summary>
    public static Status Failure(string plugin, string reason, Exception? cause = null) => new(StatusCode.Error, plugin, [reason], cause);
}
