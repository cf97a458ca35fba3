using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.Testing.Simulation.Faults;

/// <summary>A write as a fault sees it.</summary>
/// <param name="User">Who writes.</param>
/// <param name="Operation"><c>Create</c>, <c>Update</c> or <c>Delete</c>.</param>
/// <param name="Resource">Resource, with subresource.</param>
/// <param name="Namespace">Namespace; empty for none.</param>
/// <param name="Name">Name; may be empty while it is generated.</param>
public sealed record FaultyWrite(string User, string Operation, string Resource, string Namespace, string Name);

/// <summary>An admission plug-in that refuses what a test wants refused.</summary>
internal sealed class FaultyAdmission : IAdmissionPlugin
{
    public string Name => "FaultInjection";

    /// <summary>Why a write is refused; null when it is not.</summary>
    public Func<FaultyWrite, string?>? Refuse { get; set; }

    /// <summary>Writes refused so far.</summary>
    public int Refused { get; private set; }

    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) => true;

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var resource = request.Served.GroupResource.ToString() + (request.Subresource.Length > 0 ? "/" + request.Subresource : "");
        if (Refuse?.Invoke(new FaultyWrite(request.User.Name, request.Operation.ToString(), resource, request.Namespace, request.Name)) is not { } why)
            return ValueTask.CompletedTask;
        Refused++;
        throw request.Forbid(why);
    }
}
