using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim.Http;

/// <summary>What the server says about itself (docs/spec/scim.md, 15 and 49).</summary>
internal static class DiscoveryEndpoint
{
    /// <summary>Answers a GET.</summary>
    public static ScimAnswer Get(ScimCall call, ScimTarget target)
    {
        if (call.HasFilter)
        {
            return ScimAnswer.Of(ScimError.Forbidden("There is no filtering here."));
        }

        JsonObject? found = target.Place switch
        {
            ScimPlace.ServiceProviderConfig => Discovery.ServiceProviderConfig(call.BaseUrl),
            ScimPlace.ResourceTypes => Discovery.ResourceTypes(call.BaseUrl),
            ScimPlace.ResourceType => Discovery.ResourceTypeOf(target.Id!, call.BaseUrl),
            ScimPlace.Schemas => Discovery.Schemas(call.BaseUrl),
            _ => Discovery.Schema(target.Id!, call.BaseUrl),
        };
        return found is null ? ScimAnswer.Of(ScimError.NotFound(target.Id!)) : ScimAnswer.Ok(found);
    }
}
