using ActorKube.Store.Hosting;
using ActorKube.Testing.Faults;
using Akka.Actor.Setup;
using Akka.Configuration;

namespace ActorKube.Store.Tests.Support;

/// <summary>A journal in memory that has faults.</summary>
internal sealed record FaultyJournalChoice(JournalFaults Faults) : JournalChoice
{
    internal override Config Config() => ConfigurationFactory.ParseString("akka.loglevel = OFF").WithFallback(Faults.Settings).WithFallback(Plugins(JournalFaults.PluginId, "akka.persistence.snapshot-store.inmem"));

    internal override Setup Setup() => Faults;
}
