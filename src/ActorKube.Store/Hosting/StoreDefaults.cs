using Akka.Configuration;

namespace ActorKube.Store.Hosting;

/// <summary>The store's defaults: <c>hocon/store.conf</c>.</summary>
public static class StoreDefaults
{
    private static readonly Lazy<Config> Loaded = new(() =>
    {
        using var stream = typeof(StoreDefaults).Assembly.GetManifestResourceStream("ActorKube.Store.store.conf")
            ?? throw new InvalidOperationException("The store's defaults are not embedded.");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    });

    /// <summary>The defaults, to be laid beneath everything else.</summary>
    public static Config Load() => Loaded.Value;
}
