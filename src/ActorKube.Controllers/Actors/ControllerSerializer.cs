using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Controllers.Shell;
using ActorKube.Machinery.Objects;
using Akka.Actor;
using Akka.Serialization;
using static ActorKube.Controllers.Actors.ControllerProtocol;

namespace ActorKube.Controllers.Actors;

/// <summary>
/// Bytes of what controllers journal and say: JSON with explicit fields under a manifest. Journals outlive versions: fields may be added, never renamed or
/// reused; a manifest is never reused; reading comes a version before writing. Golden files hold it to that.
/// </summary>
public sealed class ControllerSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string FinishedManifest = "controller-work-finished";
    private const string StateManifest = "controller-state";
    private const string KeepAliveManifest = "controller-keep-alive";
    private const string ReadManifest = "controller-read-decisions";
    private const string DecisionsManifest = "controller-decisions";

    /// <inheritdoc/>
    public override int Identifier => 7301;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        WorkFinished => FinishedManifest,
        ControllerState => StateManifest,
        KeepAlive => KeepAliveManifest,
        ReadDecisions => ReadManifest,
        DecisionsRead => DecisionsManifest,
        _ => throw new ArgumentException($"{o.GetType()} is not a message of controllers."),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, JsonWriting.Options);
        json.WriteStartObject();
        switch (obj)
        {
            case WorkFinished finished:
                ControllerJson.WriteFinished(json, finished);
                break;
            case ControllerState state:
                ControllerJson.WriteState(json, state);
                break;
            case KeepAlive ping:
                json.WriteString("controller"u8, ping.ControllerId);
                break;
            case ReadDecisions read:
                json.WriteString("controller"u8, read.ControllerId);
                if (read.About is { } about)
                    json.WriteString("about"u8, about.ToString());
                if (read.Since is { } since)
                    json.WriteString("since"u8, ControllerJson.Time(since));
                break;
            case DecisionsRead decisions:
                json.WriteString("controller"u8, decisions.ControllerId);
                ControllerJson.WriteDecisions(json, decisions.Decisions);
                if (decisions.Waiting.Length > 0)
                    json.WriteString("waiting"u8, decisions.Waiting);
                break;
            default:
                throw new ArgumentException($"{obj.GetType()} is not a message of controllers.");
        }
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        var json = JsonNode.Parse(bytes);
        return manifest switch
        {
            FinishedManifest => ControllerJson.ReadFinished(json),
            StateManifest => ControllerJson.ReadState(json),
            KeepAliveManifest => new KeepAlive(json.Text("controller")),
            ReadManifest => new ReadDecisions(json.Text("controller"), json.At("about") is null ? null : ObjectKey.Parse(json.Text("about")), json.Time("since")),
            DecisionsManifest => new DecisionsRead(json.Text("controller"), [.. json.Items("decisions").Select(ControllerJson.ReadDecision)]) { Waiting = json.Text("waiting") },
            _ => throw new ArgumentException($"'{manifest}' is not a manifest of controllers."),
        };
    }
}
