using ActorKube.ApiServer.Pipeline;

namespace ActorKube.Testing.Simulation.Serial;

/// <summary>Uids, suffixes and jitter from the seed.</summary>
internal sealed class SeededIdentities(Random random) : IIdentitySource
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    public string NewUid()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }

    public void NewSuffix(Span<char> suffix) => random.GetItems(Alphabet, suffix);

    public double NextJitter() => random.NextDouble();
}
