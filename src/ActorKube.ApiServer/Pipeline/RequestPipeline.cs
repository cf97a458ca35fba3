using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Verbs;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Pipeline;

/// <summary>
/// The pipeline's spine: authorise, find the resource, hand over to its verb. What happens to a body is told by the verbs (start with <see cref="CreateVerb"/>).
/// A request that needs no waiting is answered without a state machine.
/// </summary>
internal sealed class RequestPipeline(PipelineServices services) : IRequestPipeline
{
    private readonly VerbTable _verbs = new(services);

    /// <inheritdoc/>
    public ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, CancellationToken cancel)
    {
        var attributes = RequestAccess.Attributes(request);
        var decision = services.Authorizer.AuthorizeAsync(attributes, cancel);
        return decision.IsCompletedSuccessfully ? Continue(request, attributes, decision.Result, cancel) : WaitAsync(request, attributes, decision, cancel);
    }

    /// <inheritdoc/>
    public async ValueTask<long> BeginTenureAsync(string workspace, GroupVersionResource resource, BeginTenure command, CancellationToken cancel)
    {
        var served = services.Kinds.Find(resource) ?? throw ApiErrors.NoSuchPath();
        // What is made on request has no actor that could remember.
        if (served.Facts.MadeFrom is not null || !served.Has(RequestVerb.List))
            throw ApiErrors.MethodNotAllowed();
        var result = await services.Store.WriteAsync(new ResourceId(workspace, served.Storage), command, cancel);
        return result.Committed ? result.Revision : throw WriteRefusal.Of(result, served, "");
    }

    private async ValueTask<ApiResponse> WaitAsync(ApiRequest request, AccessAttributes attributes, ValueTask<AccessDecision> decision, CancellationToken cancel) =>
        await Continue(request, attributes, await decision, cancel);

    private ValueTask<ApiResponse> Continue(ApiRequest request, in AccessAttributes attributes, AccessDecision decision, CancellationToken cancel)
    {
        if (decision.Verdict != AccessVerdict.Allow)
            throw RequestAccess.Denied(attributes, decision);
        var served = services.Kinds.Find(request.Resource) ?? throw ApiErrors.NoSuchPath();
        CheckScope(request, served);
        CheckName(request.Name);
        if (served.Facts.Deprecation is { } deprecation)
            request.Warnings.Add(deprecation);
        return _verbs.ExecuteAsync(request, served, cancel);
    }

    // No object has such a name; who asks for one has not escaped what he was told.
    private static void CheckName(string name)
    {
        if (name.AsSpan().ContainsAny('%', '/') || name is "." or "..")
            throw ApiErrors.BadRequest($"Name parameter invalid: {GoText.Quote(name)}: {string.Join(';', KeyNames.PathSegment(name))}");
    }

    private static void CheckScope(ApiRequest request, ServedResource served)
    {
        if (served.Facts.Namespaced)
        {
            if (request.Namespace.Length == 0 && request.Verb is not (RequestVerb.List or RequestVerb.Watch or RequestVerb.DeleteCollection))
                throw request.Name.Length == 0 && request.Verb == RequestVerb.Create
                    ? ApiErrors.MethodNotAllowed()
                    : ApiErrors.NoSuchPath();
        }
        else if (request.Namespace.Length > 0 && request.Namespace != request.Name)
            throw ApiErrors.NoSuchPath();
    }
}
