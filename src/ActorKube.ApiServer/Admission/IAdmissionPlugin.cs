using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Admission;

/// <summary>
/// Changes or refuses writes for reasons that lie outside the object itself. Registered in <see cref="AdmissionChain"/>'s order; both halves see every plug-in's changes
/// that came before.
/// </summary>
internal interface IAdmissionPlugin
{
    /// <summary>Upstream's name of the plug-in; it appears in settings and never changes.</summary>
    string Name { get; }

    /// <summary>Whether the plug-in cares for such requests at all. Asked once per kind of request and remembered.</summary>
    /// <param name="operation">What is done.</param>
    /// <param name="served">To which resource.</param>
    /// <param name="subresource">Through which subresource; empty for the object itself.</param>
    bool Handles(AdmissionOperation operation, ServedResource served, string subresource);

    /// <summary>Changes <see cref="AdmissionRequest.Object"/>, or refuses the request.</summary>
    /// <returns>True when the object was changed.</returns>
    /// <exception cref="Api.Errors.ApiException">The request is refused.</exception>
    ValueTask<bool> MutateAsync(AdmissionRequest request, CancellationToken cancel) => ValueTask.FromResult(false);

    /// <summary>Refuses the request or lets it pass; nothing may be changed any more.</summary>
    /// <exception cref="Api.Errors.ApiException">The request is refused.</exception>
    ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) => ValueTask.CompletedTask;
}

/// <summary>What admission tells apart.</summary>
internal enum AdmissionOperation
{
    /// <summary>An object or a subresource is created.</summary>
    Create,
    /// <summary>An object or a part of it is changed.</summary>
    Update,
    /// <summary>An object is deleted.</summary>
    Delete,
    /// <summary>A stream or proxy is opened.</summary>
    Connect,
}
