using ActorKube.Protocol.Hosting;
using ActorKube.Protocol.Serialization;
using Akka.Actor;

namespace ActorKube.Protocol.Tests.Serialization;

/// <summary>An actor system with the serializers of the product and a few rare messages.</summary>
public sealed class PlainSystem : IDisposable
{
    public PlainSystem()
    {
        Type[] types = [typeof(ColdSerializerTests.Rare), typeof(ColdSerializerTests.Part), typeof(ColdSerializerTests.Part[])];
        var config = ColdMessageSetup.Bindings(types).WithFallback(ProtocolConfig.Serializers);
        Extended = (ExtendedActorSystem)ActorSystem.Create("plain", BootstrapSetup.Create().WithConfig(config).And(new ColdMessageSetup(types)));
    }

    public ExtendedActorSystem Extended { get; }

    public void Dispose() => Extended.Terminate();
}
