using System.Text.Json.Nodes;
using EncryptionService.Deploy.Tests.Setting;

namespace EncryptionService.Deploy.Tests;

/// <summary>deploy/azuredeploy.json is what the compiler makes of bicep/main.bicep, to the byte (docs/decisions/0020).</summary>
public sealed class CompilerTests
{
    [Fact]
    public async Task The_template_is_what_the_compiler_makes_without_a_warning()
    {
        var compiled = await BicepCompiler.CompileAsync(Published.Bicep);

        Assert.Equal((0, ""), (compiled.ExitCode, compiled.Error));
        Assert.True(Published.Text == compiled.Output.TrimEnd('\n'), "deploy/azuredeploy.json is not up to date: bash bicep/compile.sh writes it anew.");
    }

    /// <summary>Nobody reads names of resources like these: what is symbolic there would be another language version, which other readers do not know.</summary>
    [Fact]
    public void The_template_is_of_the_language_version_that_everybody_reads()
    {
        var template = Published.Template();

        Assert.IsType<JsonArray>(template["resources"]);
        Assert.False(template.ContainsKey("languageVersion"));
        Assert.Equal("bicep", (string?)template["metadata"]!["_generator"]!["name"]);
    }

    [Theory]
    [InlineData("param unused string", "no-unused-params")]
    [InlineData("resource v 'Microsoft.KeyVault/vaults@2026-02-01' = { name: 'v', properties: { sku: { name: 'premium' } } }", "BCP035")]
    [InlineData("output x string = y", "BCP057")]
    public async Task What_is_wrong_in_Bicep_is_told(string bicep, string code)
    {
        var folder = Directory.CreateTempSubdirectory("bicep-");
        try
        {
            var file = Path.Combine(folder.FullName, "main.bicep");
            await File.WriteAllTextAsync(file, bicep, TestContext.Current.CancellationToken);

            Assert.Contains(code, (await BicepCompiler.CompileAsync(file)).Error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
