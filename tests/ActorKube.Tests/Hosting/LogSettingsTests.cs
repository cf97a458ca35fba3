using ActorKube.Hosting;
using Akka.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorKube.Tests.Hosting;

public sealed class LogSettingsTests
{
    [Theory]
    [InlineData("", "ActorKube.Store.Actors.ResourceActor", LogLevel.Warning)]
    [InlineData("level = debug", "ActorKube.Store.Actors.ResourceActor", LogLevel.Debug)]
    [InlineData("level = none", "ActorKube.Store.Actors.ResourceActor", LogLevel.None)]
    [InlineData("level = debug", "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning)]
    [InlineData("level = error", "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Error)]
    [InlineData("level = debug, categories { \"Microsoft.AspNetCore\" = information }", "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Information)]
    [InlineData("categories { \"ActorKube\" = error, \"ActorKube.Store\" = trace }", "ActorKube.Store.Actors.ResourceActor", LogLevel.Trace)]
    [InlineData("categories { \"ActorKube\" = error, \"ActorKube.Store\" = trace }", "ActorKube.Hosting.Formation", LogLevel.Error)]
    public void A_category_tells_what_the_settings_say(string settings, string category, LogLevel expected)
    {
        using var loggers = ProcessLogging.Create(Read(settings));
        var logger = loggers.CreateLogger(category);
        Assert.Equal(expected, Enum.GetValues<LogLevel>().Where(l => l != LogLevel.None && logger.IsEnabled(l)).Append(LogLevel.None).Min());
    }

    [Theory]
    [InlineData("", "WARNING")]
    [InlineData("level = information", "INFO")]
    [InlineData("level = trace", "DEBUG")]
    [InlineData("level = critical", "ERROR")]
    [InlineData("level = none", "OFF")]
    [InlineData("level = error, categories { \"ActorKube.Controllers\" = debug }", "DEBUG")]
    public void Akka_makes_entries_of_whatever_is_asked_for(string settings, string expected) => Assert.Equal(expected, Read(settings).Akka().GetString("akka.loglevel"));

    [Theory]
    [InlineData("level = loud", "actorkube.log.level has to be trace or debug or information or warning or error or critical or none; it is 'loud'.")]
    [InlineData("level = \"\"", "actorkube.log.level has to be trace or debug or information or warning or error or critical or none; it is ''.")]
    [InlineData("categories { \"Akka.Cluster\" = loud }", "actorkube.log.categories.\"Akka.Cluster\" has to be trace or debug or information or warning or error or critical or none; it is 'loud'.")]
    [InlineData("categories.actorkube.store = debug", "actorkube.log.categories.\"actorkube\" has to be trace or debug or information or warning or error or critical or none; it is ''.")]
    [InlineData("levels = debug", "actorkube.log.levels is not a setting.")]
    public void A_bad_value_is_an_error_that_names_its_key(string settings, string message) => Assert.Equal(message, Assert.Throws<ConfigurationException>(() => Read(settings)).Message);

    private static LogSettings Read(string settings) => LogSettings.From(ConfigurationFactory.ParseString($"actorkube.log {{ {settings} }}"));
}
