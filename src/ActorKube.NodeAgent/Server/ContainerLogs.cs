using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Objects;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Pods.Status;
using ActorKube.NodeAgent.Runtimes;
using Microsoft.AspNetCore.Http;

namespace ActorKube.NodeAgent.Server;

/// <summary>Answers <c>/containerLogs/{namespace}/{pod}/{container}</c>.</summary>
internal sealed class ContainerLogs(PodBoard board, IContainerRuntime runtime, TimeProvider time)
{
    /// <summary>Sends the log.</summary>
    public async Task GetAsync(HttpContext context, string ns, string pod, string container)
    {
        var cancel = context.RequestAborted;
        try
        {
            var options = LogQuery.Read(context.Request.Query, time.GetUtcNow());
            var id = ContainerId(new ObjectKey(ns, pod), container, options.Previous);
            var status = await runtime.GetContainerStatusAsync(id, cancel);
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.StartAsync(cancel);
            await new ContainerLogReader(runtime.LogFiles, time).CopyAsync(
                status.LogPath, context.Response.Body, options, cancel, new RunningContainer(board, runtime, new ObjectKey(ns, pod), id));
        }
        catch (LogRefusal refusal)
        {
            await AnswerAsync(context, refusal.Code, refusal.Message);
        }
        catch (FormatException bad)
        {
            await AnswerAsync(context, StatusCodes.Status422UnprocessableEntity, bad.Message);
        }
        catch (RuntimeException error)
        {
            await AnswerAsync(context, error.Kind == RuntimeErrorKind.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status500InternalServerError, error.Message);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The reader has gone: the normal end of a follow.
        }
    }

    private string ContainerId(ObjectKey key, string name, bool previous)
    {
        var pod = board.Find(key) ?? throw new LogRefusal(StatusCodes.Status404NotFound, $"pod \"{key.Name}\" in namespace \"{key.Namespace}\" not found");
        var container = pod.Status.Regular.Concat(pod.Status.Init).Concat(pod.Status.Ephemeral).FirstOrDefault(c => c.Name == name)
            ?? throw (IsInSpec(pod.Object, name)
                ? new LogRefusal(StatusCodes.Status400BadRequest, NotAvailable(name, key.Name))
                : new LogRefusal(StatusCodes.Status404NotFound, $"container \"{name}\" in pod \"{key.Name}\" not found"));
        var last = container.LastState?.ContainerId ?? "";
        if (previous)
            return last.Length > 0 ? Bare(last) : throw new LogRefusal(StatusCodes.Status400BadRequest, $"previous terminated container \"{name}\" in pod \"{key.Name}\" not found");
        return container.State switch
        {
            WaitingState when last.Length > 0 => Bare(last),
            WaitingState { Reason: var reason } => throw new LogRefusal(StatusCodes.Status400BadRequest, Waiting(name, key.Name, reason)),
            TerminatedState { ContainerId: { Length: > 0 } id } => Bare(id),
            _ when container.ContainerId.Length > 0 => Bare(container.ContainerId),
            _ => throw new LogRefusal(StatusCodes.Status400BadRequest, NotAvailable(name, key.Name)),
        };
    }

    // A pod that the node has refused has no statuses of containers.
    private static bool IsInSpec(StoredObject pod, string container) =>
        pod.Tree().Items("spec", "containers").Concat(pod.Tree().Items("spec", "initContainers")).Any(c => c.Text("name") == container);

    private static string NotAvailable(string container, string pod) => $"container \"{container}\" in pod \"{pod}\" is not available";

    private static string Waiting(string container, string pod, string reason) => reason switch
    {
        Pods.WaitingReasons.ErrImagePull => $"container \"{container}\" in pod \"{pod}\" is waiting to start: image can't be pulled",
        Pods.WaitingReasons.ImagePullBackOff => $"container \"{container}\" in pod \"{pod}\" is waiting to start: trying and failing to pull image",
        _ => $"container \"{container}\" in pod \"{pod}\" is waiting to start: {reason}",
    };

    private static string Bare(string id) => id[(id.IndexOf("://", StringComparison.Ordinal) + 3)..];

    private static Task AnswerAsync(HttpContext context, int code, string text)
    {
        if (context.Response.HasStarted)
            return Task.CompletedTask;
        context.Response.StatusCode = code;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    private sealed class RunningContainer(PodBoard board, IContainerRuntime runtime, ObjectKey pod, string id) : ILogWriter
    {
        public Task WhenChanged() => board.WhenChanged(pod);

        public async ValueTask<bool> IsWritingAsync(CancellationToken cancel) => (await runtime.GetContainerStatusAsync(id, cancel)).State == ContainerState.Running;
    }

    private sealed class LogRefusal(int code, string message) : Exception(message)
    {
        public int Code { get; } = code;
    }
}
