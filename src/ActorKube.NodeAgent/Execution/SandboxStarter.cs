using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Execution;

/// <summary>Runs sandboxes: finds the runtime handler that the pod's runtime class names, makes the pod's cgroup, and refuses what the runtime would silently leave out.</summary>
internal sealed class SandboxStarter(IContainerRuntime runtime, IPodReferences references, NodeSetup setup, PodCgroups cgroups, NetworkReadiness network)
{
    /// <summary>Runs a sandbox.</summary>
    /// <exception cref="SetupException">It cannot be had.</exception>
    public async Task<ActionResult> StartAsync(PodJob job, RunSandbox run, CancellationToken cancel)
    {
        var pod = job.Pod!;
        if (!job.View.HostNetwork)
            await network.WaitAsync(cancel);
        var config = SandboxConfigBuilder.Build(pod, run.Attempt, setup);
        try
        {
            var handler = await HandlerAsync(pod.Spec, cancel);
            if (pod.Spec.HostUsers == false)
                throw Failure(UserNamespaces.Refusal(handler, (await runtime.GetStatusAsync(cancel)).Handlers));
            if (setup.Dns.FallsBack(pod))
                job.Report(PodEvent.Warn(
                    "MissingClusterDNS",
                    $"pod: \"{job.View.Display}\". kubelet does not have ClusterDNS IP configured and cannot create Pod using \"ClusterFirst\" policy. Falling back to \"Default\" policy."));
            cgroups.Create(pod, config.CgroupParent);
            var id = await runtime.RunSandboxAsync(config, handler, cancel);
            return new ActionResult(run) { Sandboxes = [SeenMapper.Sandbox(await runtime.GetSandboxStatusAsync(id, cancel))] };
        }
        catch (RuntimeException error)
        {
            throw Failure(error.Message);
        }
    }

    /// <summary>Removes what was made for a pod beside its sandbox.</summary>
    public void Remove(string uid) => cgroups.Remove(uid);

    private async ValueTask<string> HandlerAsync(V1PodSpec spec, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(spec.RuntimeClassName))
            return "";
        try
        {
            return (await references.FindRuntimeClassAsync(spec.RuntimeClassName, cancel) ?? throw Failure($"runtimeclass.node.k8s.io \"{spec.RuntimeClassName}\" not found")).Handler;
        }
        catch (Api.Errors.ApiException error)
        {
            throw Failure($"failed to lookup RuntimeClass {spec.RuntimeClassName}: {error.Message}");
        }
    }

    private static SetupException Failure(string why) => new("FailedCreatePodSandBox", $"Failed to create pod sandbox: {why}");
}
