using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Controllers.Shell;

namespace ActorKube.Controllers.Actors;

/// <summary>Messages of controller entities in region <see cref="Region"/>.</summary>
public static class ControllerProtocol
{
    /// <summary>Type name of the shard region.</summary>
    public const string Region = "controllers";

    /// <summary>The id of a controller: entity id and persistence id at once. It never changes.</summary>
    public static string IdOf(string workspace, string controller) => $"{workspace}/{controller}";

    /// <summary>A message to one controller.</summary>
    public interface IControllerMessage
    {
        /// <summary>Id of the controller, see <see cref="IdOf"/>.</summary>
        string ControllerId { get; }
    }

    /// <summary>Be there: starts the entity wherever it belongs if it does not run.</summary>
    /// <param name="ControllerId">The controller.</param>
    public sealed record KeepAlive(string ControllerId) : IControllerMessage;

    /// <summary>Asks for the decision log; answered with <see cref="DecisionsRead"/>.</summary>
    /// <param name="ControllerId">The controller.</param>
    /// <param name="About">Only decisions about this key, caused by it, or writing it; null for all.</param>
    /// <param name="Since">Only decisions from then on; null for all.</param>
    public sealed record ReadDecisions(string ControllerId, ObjectKey? About, DateTimeOffset? Since) : IControllerMessage;

    /// <summary>The decisions asked for, oldest first.</summary>
    /// <param name="ControllerId">The controller.</param>
    /// <param name="Decisions">The decisions.</param>
    public sealed record DecisionsRead(string ControllerId, ImmutableArray<Decision> Decisions)
    {
        /// <summary>Why it decides nothing at this moment, in words; empty when it works.</summary>
        public string Waiting { get; init; } = "";
    }
}
