import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import ca.uhn.fhir.validation.ValidationOptions;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.ValueSet;

/**
 * HAPI FHIR's instance validator behind lines of JSON: {"id","text","profile"?} in, {"id","issues"} out, until the input ends. The
 * arguments are folders of definitions. The text goes in raw: as a parsed object it would have lost what is wrong with the JSON.
 */
public class ReferenceValidator {
  public static void main(String[] folders) throws Exception {
    FhirValidator validator = validatorOf(folders);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    Gson gson = new Gson();
    for (String line = in.readLine(); line != null; line = in.readLine())
      out.println(gson.toJson(judge(validator, JsonParser.parseString(line).getAsJsonObject())));
  }

  private static FhirValidator validatorOf(String[] folders) throws IOException {
    FhirContext context = FhirContext.forR4();
    ValidationSupportChain chain = new ValidationSupportChain(
        definitionsIn(context, folders),
        new DefaultProfileValidationSupport(context),
        new CommonCodeSystemsTerminologyService(context),
        new InMemoryTerminologyServerValidationSupport(context),
        new SnapshotGeneratingValidationSupport(context));
    // One coding of the value set is enough, as the specification says of a required binding.
    chain.setCodeableConceptValidationSuccessfulIfNotAllCodingsAreValid(true);
    FhirInstanceValidator module = new FhirInstanceValidator(chain);
    // The type of a reference's target is read from its URL; else nothing is said of references that lead elsewhere.
    module.setAssumeValidRestReferences(true);
    return context.newValidator().registerValidatorModule(module);
  }

  private static PrePopulatedValidationSupport definitionsIn(FhirContext context, String[] folders) throws IOException {
    PrePopulatedValidationSupport definitions = new PrePopulatedValidationSupport(context);
    IParser parser = context.newJsonParser();
    for (String folder : folders) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(Paths.get(folder), "*.json")) {
        for (Path file : files) add(definitions, parser.parseResource(Files.readString(file)));
      }
    }
    return definitions;
  }

  private static void add(PrePopulatedValidationSupport definitions, IBaseResource resource) {
    if (resource instanceof StructureDefinition) definitions.addStructureDefinition(resource);
    else if (resource instanceof ValueSet) definitions.addValueSet(resource);
    else if (resource instanceof CodeSystem) definitions.addCodeSystem(resource);
  }

  private static JsonObject judge(FhirValidator validator, JsonObject request) {
    JsonObject answer = new JsonObject();
    answer.add("id", request.get("id"));
    JsonArray issues = new JsonArray();
    try {
      ValidationOptions options = new ValidationOptions();
      if (request.has("profile")) options.addProfile(request.get("profile").getAsString());
      for (SingleValidationMessage message : validator.validateWithResult(request.get("text").getAsString(), options).getMessages())
        issues.add(issue(
            message.getSeverity().getCode(), message.getLocationString(), message.getMessageId(), message.getMessage()));
    } catch (RuntimeException failure) {
      // A null in a list, or an array at the root, makes HAPI throw: that is no verdict of validity.
      issues.add(issue("fatal", null, "EXCEPTION", failure.getClass().getName()));
    }
    answer.add("issues", issues);
    return answer;
  }

  private static JsonObject issue(String severity, String location, String messageId, String message) {
    JsonObject issue = new JsonObject();
    issue.addProperty("severity", severity);
    issue.addProperty("location", location);
    issue.addProperty("messageId", messageId);
    issue.addProperty("message", message);
    return issue;
  }
}
