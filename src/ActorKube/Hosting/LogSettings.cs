using System.Collections.Immutable;
using ActorKube.Protocol.Hosting;
using Akka.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorKube.Hosting;

/// <summary>What a process tells of itself: the section <c>actorkube.log</c> of <c>hocon/log.conf</c>, which explains each setting. ADR 0193.</summary>
internal sealed record LogSettings
{
    /// <summary>The setting that <c>--log-level</c> stands for.</summary>
    public const string LevelKey = Root + ".level";

    private const string Root = "actorkube.log";

    private static readonly ImmutableArray<(string Word, LogLevel Value)> Words =
    [
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("information", LogLevel.Information), ("warning", LogLevel.Warning), ("error", LogLevel.Error), ("critical", LogLevel.Critical), ("none", LogLevel.None),
    ];

    /// <summary>The shipped defaults.</summary>
    public static Config Reference { get; } = EmbeddedSettings.Read(typeof(LogSettings).Assembly, "log.conf");

    /// <summary>The words for levels, the most detailed first.</summary>
    public static IEnumerable<string> Levels => Words.Select(static w => w.Word);

    /// <summary>Entries of this level and of graver ones are told.</summary>
    public required LogLevel Level { get; init; }

    /// <summary>Levels by the beginnings of categories.</summary>
    public required IReadOnlyDictionary<string, LogLevel> Categories { get; init; }

    /// <summary>Reads the settings; whatever the configuration does not say is taken from <see cref="Reference"/>.</summary>
    /// <exception cref="ConfigurationException">An unknown key or a bad value; the message names it.</exception>
    public static LogSettings From(Config config)
    {
        var known = new SettingsReader(Root, config, Reference);
        return new LogSettings
        {
            Level = known.Choice("level", Words.AsSpan()),
            Categories = known.Map("categories").ToDictionary(static c => c.Key, static c => LevelOf(c.Key, c.Value)),
        };
    }

    /// <summary>What Akka has to make entries of, so that all that is asked for can be told.</summary>
    public Config Akka() => ConfigurationFactory.ParseString($"akka.loglevel = {AkkaLevel(Categories.Values.Append(Level).Min())}");

    // Members of an open section have no reader of their own.
    private static LogLevel LevelOf(string category, string word) =>
        Words.FirstOrDefault(w => w.Word == word) is { Word: not null } known
            ? known.Value
            : throw new ConfigurationException($"{Root}.categories.\"{category}\" has to be {string.Join(" or ", Levels)}; it is '{word}'.");

    private static string AkkaLevel(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARNING",
        LogLevel.Error or LogLevel.Critical => "ERROR",
        LogLevel.None => "OFF",
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "Unknown level."),
    };
}
