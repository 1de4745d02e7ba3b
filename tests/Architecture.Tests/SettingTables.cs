using System.Reflection;
using System.Text.RegularExpressions;
using EncryptionService.Compliance;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Settings;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Posting;
using EncryptionService.Service.Settings;

namespace EncryptionService.Architecture.Tests;

/// <summary>The two tables of settings in README.md name every option, and nothing that is none.</summary>
public sealed partial class SettingTables
{
    private static readonly (string Section, Type Options)[] core =
        [("Provisioning", typeof(ProvisioningOptions)), ("Database", typeof(DatabaseOptions)), ("Dispatch", typeof(DispatchOptions)), ("Invitations", typeof(InvitationOptions))];

    private static readonly (string Section, Type Options)[] service =
        [("Service", typeof(ServiceOptions)), ("Keys", typeof(KeyOptions)), ("Ledger", typeof(LedgerOptions)), ("Core", typeof(CoreOptions)), ("Posting", typeof(PostingOptions))];

    [Fact]
    public void The_table_of_the_core_has_every_option_and_no_other() => Assert.Equal(Options(core), Told("## The core"));

    [Fact]
    public void The_table_of_the_service_has_every_option_and_no_other() => Assert.Equal(Options(service), Told("## The service"));

    /// <summary>A class of settings that somebody adds has to be named above. What has a base class is a library's kind of options.</summary>
    [Fact]
    public void No_class_of_settings_is_left_out() => Assert.Equal(
        core.Concat(service).Select(entry => entry.Options.FullName!).Order(StringComparer.Ordinal),
        new[] { typeof(ProvisioningOptions).Assembly, typeof(ServiceOptions).Assembly }.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && type.BaseType == typeof(object) && Settable(type).Any()).Select(type => type.FullName!).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Options((string Section, Type Options)[] sections)
        => sections.SelectMany(entry => Settable(entry.Options).Select(name => $"{entry.Section}:{name}")).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Settable(Type options)
        => options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetSetMethod() is not null).Select(property => property.Name);

    /// <summary>The names in the first column of a chapter's table of settings, sorted; each once, or the comparison fails.</summary>
    private static IEnumerable<string> Told(string chapter)
    {
        var page = File.ReadAllText(RepositoryRoot.Combine("README.md"));
        var begin = page.IndexOf("| Setting | Default | Meaning |", page.IndexOf(chapter + "\n", StringComparison.Ordinal), StringComparison.Ordinal);
        var rows = page[begin..].Split('\n').Skip(2).TakeWhile(line => line.StartsWith('|')).ToList();
        Assert.True(rows.Count > 10, $"only {rows.Count} rows were looked at");
        return rows.SelectMany(Names).Order(StringComparer.Ordinal);
    }

    /// <summary>"`Invitations:SmtpHost`, `SmtpPort`": a name without a section belongs to the one before it.</summary>
    private static IEnumerable<string> Names(string row)
    {
        var section = "";
        foreach (Match name in Name().Matches(row.Split('|')[1]))
        {
            section = name.Groups[1].Success ? name.Groups[1].Value : section;
            yield return section + name.Groups[2].Value;
        }
    }

    [GeneratedRegex(@"`(\w+:)?(\w+)`")]
    private static partial Regex Name();
}
