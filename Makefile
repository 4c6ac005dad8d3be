.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

ARGS ?=
PYTEST_ARGS ?=
# Two processes more than processors, since some tests mostly wait for what they started. What shares a
# file shares its set-up, so it stays together.
IN_PARALLEL := -n $(shell echo $$(( $$(nproc) + 2 ))) --dist loadfile --no-loadscope-reorder
STAGE ?= dev
UPGRADE ?=

# The caller's environment must not reach the interpreters and pip that the targets start.
unexport PYTHONHOME PYTHONPATH PYTHONSTARTUP PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
unexport PIP_TARGET PIP_PREFIX PIP_ROOT PIP_PYTHON PIP_REQUIREMENT PIP_EDITABLE PIP_NO_DEPS
unexport PIP_DRY_RUN PIP_PRE PIP_NO_BINARY PIP_ONLY_BINARY PIP_PLATFORM PIP_REPORT PIP_VERBOSE
export PIP_CONSTRAINT := /dev/null
export PIP_USER := 0
export SAM_CLI_TELEMETRY := 0
export __SAM_CLI_APP_DIR := $(CURDIR)/.tools/sam-state

# Everything but `deploy` runs without the caller's AWS identity: no real account is ever called.
OFFLINE := env $(foreach name,$(filter AWS_%,$(.VARIABLES)),-u $(name)) \
	AWS_ACCESS_KEY_ID=offline AWS_SECRET_ACCESS_KEY=offline AWS_DEFAULT_REGION=eu-west-1 \
	AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true

# offline COMMAND, ARGUMENTS: shows the command, then runs it with that environment.
define offline
@echo '$(1)'
@$(OFFLINE) $(1) $(2)
endef

PYTHON := .venv/bin/python
SAM := .tools/sam/bin/sam
# SAM takes the first python3.13 on PATH for the build, so it has to be one that runs.
WITH_PYTHON_ON_PATH = PATH="$$(dirname "$$(cat .tools/python)"):$$PATH"

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sort | \
		awk -F ':.*## ' '{ printf "  make %-17s %s\n", $$1, $$2 }'

.PHONY: setup
setup: ## Make .venv (development, with the steward command) and .tools (SAM CLI, ministack)
	@mkdir -p .tools
	@local/setup/find-python > .tools/python.found && mv .tools/python.found .tools/python
	@$(MAKE) --jobs=3 .environment-development .environment-sam .environment-ministack \
		.environment-security
	@local/setup/install-steward

.PHONY: .environment-development .environment-sam .environment-ministack .environment-security
.environment-development:
	@local/setup/environment .venv requirements/development.txt
.environment-sam:
	@local/setup/environment .tools/sam requirements/sam.txt
.environment-ministack:
	@local/setup/environment .tools/ministack requirements/ministack.txt

.environment-security:
	@local/setup/environment .tools/security requirements/security.txt

.PHONY: .browser
.browser: setup
	@local/setup/find-browser --install >/dev/null

.PHONY: policy-schema
policy-schema: setup ## Write the policy's JSON Schema anew, in the layer and in the template
	@$(PYTHON) -m steward_cli.refresh_policy_schema

.PHONY: rollout-schema
rollout-schema: setup ## Write the JSON Schema of rollout configurations anew
	@$(PYTHON) -m steward_cli.rollouts.refresh_schema

.PHONY: refresh-runtimes
refresh-runtimes: setup ## Merge what botocore and cfn-lint know of Lambda runtimes into the table
	@$(OFFLINE) $(PYTHON) -m local.refresh_runtimes $(ARGS)

.PHONY: demo
demo: setup ## Show the whole product in an embedded organization (ARGS="--keep" leaves it running)
	@$(OFFLINE) .venv/bin/steward demo $(ARGS)

.PHONY: test
test: setup .browser lint ## Run every check and every test, end to end included
	$(call offline,$(PYTHON) -m pytest $(IN_PARALLEL) -m "",$(PYTEST_ARGS))

.PHONY: check
check: setup lint ## Run every check but the end-to-end tests
	$(call offline,$(PYTHON) -m pytest $(IN_PARALLEL),$(PYTEST_ARGS))

.PHONY: e2e
e2e: setup .browser ## Run the end-to-end tests in the embedded organization
	$(call offline,$(PYTHON) -m pytest $(IN_PARALLEL) -m e2e,$(PYTEST_ARGS))

.PHONY: iam-record
iam-record: setup ## Record anew which AWS calls the demo and the tests make, for the IAM proof
	@rm -rf .tools/iam-record
	$(OFFLINE) STEWARD_IAM_RECORD=$(CURDIR)/.tools/iam-record $(PYTHON) -m pytest $(IN_PARALLEL) \
		tests/integration
	$(OFFLINE) $(PYTHON) -m tests.iam_proof.tests_record .tools/iam-record
	$(OFFLINE) $(PYTHON) -m tests.iam_proof.demo_record

.PHONY: screenshots
screenshots: setup .browser ## Photograph the mail and the page anew for the guide
	@$(OFFLINE) $(PYTHON) -m tests.browser.screenshots $(ARGS)

.PHONY: lint .lint-python .lint-templates
lint: setup ## Check format, lint, types and templates
	@$(MAKE) --jobs=2 --output-sync=target .lint-python .lint-templates
.lint-python:
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(call offline,$(PYTHON) -m mypy)
.lint-templates:
	$(call offline,$(SAM) validate --lint)
	$(call offline,$(PYTHON) -m tests.template.checkov)
	$(call offline,$(PYTHON) -c "from cfnlint.runner import main; main()" template.yaml $$(find org -name "*.yaml"))

.PHONY: format
format: setup ## Format the code and apply the safe lint fixes
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

.PHONY: build
build: setup ## Build functions and layer into .aws-sam/build
	@# SAM copies what it finds: bytecode and caches would change the layer without a change of code.
	@find functions layers \( -name __pycache__ -o -name '.*_cache' \) -prune -exec rm -rf {} +
	@$(OFFLINE) $(WITH_PYTHON_ON_PATH) $(SAM) build --cached --parallel

.PHONY: deploy
deploy: build ## Deploy the build with your AWS credentials (STAGE=dev or prod)
	$(SAM) deploy --config-env $(STAGE) $(ARGS)

.PHONY: publish
publish: build ## Upload the code of org/members/hooks.yaml with your credentials (ARGS="--bucket NAME")
	@.venv/bin/steward org publish $(ARGS)

.PHONY: benchmark .environment-benchmark
benchmark: .environment-benchmark ## Measure Steward beside the fewest calls and beside Cloud Custodian
	@$(OFFLINE) $(PYTHON) -m benchmarks $(ARGS)
.environment-benchmark: setup
	@local/setup/environment .tools/benchmark requirements/benchmark.txt

.PHONY: faults
faults: setup ## Play the leases with every fault between Steward and AWS (ARGS="throttling" for one)
	@$(OFFLINE) $(PYTHON) -m local.faults $(ARGS)

.PHONY: mutation
mutation: setup ## Mutate the domain and count the mutants that the tests kill
	@$(OFFLINE) local/setup/mutate $(ARGS)

COMPILE = CUSTOM_COMPILE_COMMAND="make requirements" $(PYTHON) -m piptools compile --quiet $(UPGRADE) \
	--generate-hashes --allow-unsafe --strip-extras --no-annotate --no-emit-options \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: requirements
requirements: setup ## Regenerate the lock files (UPGRADE=--upgrade takes newer versions)
	$(COMPILE) --extra cli --extra development -o requirements/development.txt pyproject.toml
	$(COMPILE) -c requirements/development.txt -o layers/steward/requirements.txt pyproject.toml
	$(COMPILE) -o requirements/sam.txt requirements/sam.in
	$(COMPILE) -o requirements/ministack.txt requirements/ministack.in
	$(COMPILE) -o requirements/benchmark.txt requirements/benchmark.in
	$(COMPILE) -o requirements/security.txt requirements/security.in

.PHONY: clean
clean: ## Remove everything that the other targets made
	rm -rf .venv .tools .aws-sam .hypothesis .coverage
	find . \( -name __pycache__ -o -name '.*_cache' \) -type d -prune -exec rm -rf {} +
