using ActorKube.Controllers.Cloud;
using ActorKube.Controllers.Shell;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Hosting;

/// <summary>One controller: its name, what it may do, and how it is made.</summary>
/// <param name="Name">Upstream's name. It is part of the controller's id in the journal and never changes.</param>
/// <param name="Role">Its service account and rules.</param>
/// <param name="Create">Makes the deciding half.</param>
internal sealed record ControllerDescriptor(string Name, ControllerRole Role, Func<ControllerServices, ControllersOptions, IReconciler> Create)
{
    /// <summary>The part of a cloud that it works with; it does not run where the cloud provider has none. Null for controllers that need no cloud.</summary>
    public Func<ICloudProvider, CloudOptions, object?>? Cloud { get; init; }

    /// <summary>How the shell runs it, where that is special.</summary>
    public Func<ControllersOptions, ControllerSettings> Shell { get; init; } = static o => o.Shell;

    /// <summary>What the events say they come from; empty for the name.</summary>
    public string Source { get; init; } = "";
}
